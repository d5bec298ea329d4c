import { join } from 'node:path';
import ts from 'typescript';
import type { interceptorPost } from '../../src/interceptorPost/index.ts';
import type { interceptorPostEntity } from '../../src/interceptorPostEntity/index.ts';
import type { interceptorPre } from '../../src/interceptorPre/index.ts';
import type { nonspecific } from '../../src/nonspecific/index.ts';
import type { notification } from '../../src/notification/index.ts';

type AnswerOf<H extends { perform(input: never): Promise<unknown> }> = Awaited<ReturnType<H['perform']>>;

const _interceptorPre: AnswerOf<typeof interceptorPre>[] = [
  { request: {} },
  { request: { body: null } },
  { request: { path: '/x', queryParameters: { a: ['1'] }, headers: { a: '1' }, body: { a: [] } } },
  // @ts-expect-error the request is missing
  {},
  // @ts-expect-error nothing is no answer
  undefined,
  // @ts-expect-error the request is null
  { request: null },
  // @ts-expect-error the answer of the interceptors after the API
  { response: {} },
  // @ts-expect-error what Lambda expects, which `response` makes
  { statusCode: 200, body: '{}' },
  // @ts-expect-error the path is text
  { request: { path: null } },
  // @ts-expect-error each value of the query is a list
  { request: { queryParameters: { a: '1' } } },
  // @ts-expect-error each header has one value
  { request: { headers: { a: ['1'] } } },
  // @ts-expect-error what is not changed is left out
  { request: { headers: undefined } },
  // @ts-expect-error BioT does not take path variables back
  { request: { pathVariables: [] } },
  // @ts-expect-error a status has only a response
  { request: { httpStatusCode: '200 OK' } },
];

const _interceptorPost: AnswerOf<typeof interceptorPost>[] = [
  { response: {} },
  { response: { body: null } },
  { response: { body: { a: 1 }, httpStatusCode: '201 CREATED' } },
  // @ts-expect-error the response is missing
  {},
  // @ts-expect-error nothing is no answer
  undefined,
  // @ts-expect-error the answer of the interceptor before the API
  { request: {} },
  // @ts-expect-error the body stands in the response
  { body: {} },
  // @ts-expect-error the name is httpStatusCode
  { response: { statusCode: 200 } },
  // @ts-expect-error the status is BioT’s text
  { response: { httpStatusCode: 200 } },
  // @ts-expect-error the status is BioT’s text
  { response: { httpStatusCode: null } },
  // @ts-expect-error entities are for the entity interceptor
  { response: { entities: [] } },
];

const _interceptorPostEntity: AnswerOf<typeof interceptorPostEntity>[] = [
  { response: {} },
  { response: { entities: [] } },
  { response: { entities: [{ _id: '1', _name: null }], httpStatusCode: '200 OK' } },
  // @ts-expect-error the response is missing
  {},
  // @ts-expect-error nothing is no answer
  undefined,
  // @ts-expect-error the entities stand in the response
  { entities: [] },
  // @ts-expect-error the entities alone
  [{ _id: '1' }],
  // @ts-expect-error one entity is a list too
  { response: { entities: { _id: '1' } } },
  // @ts-expect-error an entity is an object
  { response: { entities: [null] } },
  // @ts-expect-error an entity is an object
  { response: { entities: ['1'] } },
  // @ts-expect-error the status is BioT’s text
  { response: { httpStatusCode: 200 } },
  // @ts-expect-error a body is for the post interceptor
  { response: { body: {} } },
];

const _notification: AnswerOf<typeof notification>[] = [
  undefined,
  // @ts-expect-error nobody reads the answer of a notification
  {},
  // @ts-expect-error nobody reads the answer of a notification
  null,
  // @ts-expect-error nobody reads the answer of a notification
  'done',
  // @ts-expect-error nobody reads the answer of a notification
  { statusCode: 200, body: '{}' },
];

const _nonspecific: AnswerOf<typeof nonspecific>[] = [
  {},
  { patients: 3, nested: { list: [null] } },
  // @ts-expect-error nothing is no answer
  undefined,
  // @ts-expect-error null is no answer
  null,
  // @ts-expect-error text is no object
  'ok',
  // @ts-expect-error a number is no object
  3,
  // @ts-expect-error a list is no object
  ['ok'],
];

describe('the answer of perform', () => {
  it('compiles when it is of the right shape, and only then: each line above that is marked as wrong is', () => {
    const root = join(__dirname, '../..');
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);

    const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([__filename], options));

    expect(diagnostics.map(toText)).toEqual([]);
  });
});

function toText({ file, start, messageText }: ts.Diagnostic): string {
  const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
