import type { AnySchema, ErrorObject } from 'ajv';
import { describeViolation } from './describeViolation.ts';
import { findRepeated } from './findRepeated.ts';
import { findTooLong } from './findTooLong.ts';
import { type Fields, toName } from './joinFields.ts';
import type { Mistake } from './mistake.ts';

/** All mistakes, one for each place. Values of variables are never told. */
export async function findMistakes(fields: Fields, schema: AnySchema): Promise<Mistake[]> {
  const violations = (await findViolations(fields, schema)).flatMap((error) => describeViolation(error));
  const mistakes = [...violations, ...findRepeated(fields), ...findTooLong(fields)];
  const places = mistakes.map(({ path }) => toName(path));
  return mistakes.filter((_mistake, index) => places.indexOf(places[index] ?? '') === index);
}

/** The schema library takes a tenth of a second to load, so only those who need it wait for it. */
async function findViolations(fields: Fields, schema: AnySchema): Promise<ErrorObject[]> {
  const { Ajv } = await import('ajv');
  const ajv = new Ajv({ allErrors: true, verbose: true, strictRequired: false });
  ajv.addVocabulary(['errorMessage', 'patternErrorMessage', 'doNotSuggest']);
  const validate = ajv.compile(schema);
  validate(fields);
  return validate.errors ?? [];
}
