import type { AnySchema, ErrorObject, Options } from 'ajv';
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

/** That the schema is one itself and that its code is short takes longer to make sure of than the file to check. */
const QUICK: Options = { strict: false, meta: false, validateSchema: false, code: { optimize: false } };

/** The library takes a tenth of a second to load, so only those who read a file wait for it. */
async function findViolations(fields: Fields, schema: AnySchema): Promise<ErrorObject[]> {
  const { Ajv } = await import('ajv');
  const validate = new Ajv({ ...QUICK, allErrors: true, verbose: true }).compile(schema);
  validate(fields);
  return validate.errors ?? [];
}
