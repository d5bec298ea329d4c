import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { AnySchema } from 'ajv/dist/2020.js';
import {
  type Json,
  newPatient,
  PATIENTS,
  startTestEmulator,
  type TestEmulator,
} from '../builders/emulator.ts';
import { errorSchema, violationsOf } from '../builders/schema.ts';

const TRACE_ID = '691d9a7ec2ebb8ad236b56d739c4c17f';
const text = { type: 'string', minLength: 1 };
const traceId = { type: 'string', pattern: '^[0-9a-f]{32}$' };
const time = { type: 'string', format: 'date-time' };
const milliseconds = { type: 'number', minimum: 0 };
const object = (properties: Json, optional: string[] = []): AnySchema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const listOf = (items: AnySchema): AnySchema => ({ type: 'array', minItems: 1, items });

const summarySchema = object(
  {
    traceId,
    startedAt: time,
    name: text,
    status: { type: 'integer' },
    ms: milliseconds,
    hooks: { type: 'array', items: text },
  },
  ['status', 'ms'],
);
const traceSchema = object({
  traceId,
  startedAt: time,
  spans: listOf({
    type: 'object',
    required: ['id', 'kind', 'name', 'startMs'],
    properties: {
      id: text,
      parentId: text,
      kind: { enum: ['API', 'HOOK', 'INVOCATION', 'LOG'] },
      name: text,
      startMs: milliseconds,
      ms: milliseconds,
      status: { type: 'integer' },
    },
  }),
});
const lineSchema = object({ at: time, plugin: text, text, requestId: text, traceId }, [
  'requestId',
  'traceId',
]);
const recordingSchema = object({
  format: { const: 'biot-plugin-events/1' },
  recordedAt: time,
  traceIds: listOf(traceId),
  events: listOf(
    object({
      plugin: text,
      hook: { enum: ['NOTIFICATION', 'INTERCEPTOR_PRE', 'INTERCEPTOR_POST', 'INTERCEPTOR_POST_ENTITY'] },
      event: { type: 'object' },
      answer: object(
        { status: { type: 'integer' }, body: {}, incomparable: { type: 'array', items: text } },
        ['body', 'incomparable'],
      ),
    }),
  ),
});
const replayedSchema = object({ traceId, ms: milliseconds, status: { type: 'integer' }, body: {} }, ['body']);

/** A plugin that says hello and makes the address small; `Stop@…` it refuses with its colour. */
const CODE = `exports.handler = async (event) => {
  const { request } = JSON.parse(event.body);
  console.log('hello eyJhbGciOiJub25lIn0.e30.c2ln');
  if (request.body._email.startsWith('Stop')) return { statusCode: 422, body: JSON.stringify({ colour: 'crimson tide' }) };
  return { request: { ...request, body: { ...request.body, _email: request.body._email.toLowerCase() } } };
};`;

describe('the local BioT’s own routes', () => {
  let biot: TestEmulator;

  const createPatient = (email: string, trace: string) =>
    biot.call(`POST ${PATIENTS}`, {
      body: newPatient({ _email: email }),
      headers: { traceparent: `00-${trace}-ff435abc75711595-00` },
    });
  const get = (path: string) => biot.call(`GET ${path}`, { token: null });

  beforeAll(async () => {
    biot = await startTestEmulator();
    const subscriptions = { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] };
    await biot.deploy({ name: 'small', code: CODE, subscriptions });
    await createPatient('Ann@Clinic.org', TRACE_ID);
  });

  afterAll(() => biot.close());

  describe('GET /emulator/traces', () => {
    it('lists the API calls, the newest first, with what came of them', async () => {
      const { status, body } = await get('/emulator/traces');

      expect([status, violationsOf(listOf(summarySchema), body)]).toEqual([200, []]);
      expect(body).toContainEqual(
        expect.objectContaining({ traceId: TRACE_ID, status: 201, hooks: ['INTERCEPTOR_PRE small'] }),
      );
      const starts = (body as { startedAt: string }[]).map(({ startedAt }) => startedAt);
      expect(starts).toEqual([...starts].sort().reverse());
    });
  });

  describe('GET /emulator/traces/{id}', () => {
    it('answers with the call, its hook, the function and its lines, each under the other', async () => {
      const { status, body } = await get(`/emulator/traces/${TRACE_ID}`);

      expect([status, violationsOf(traceSchema, body)]).toEqual([200, []]);
      const { spans } = body as { spans: Json[] };
      const find = (kind: string) => spans.find((span) => span.kind === kind);
      expect(find('HOOK')).toMatchObject({
        parentId: find('API')?.id,
        status: 200,
        event: { request: { body: { _email: 'Ann@Clinic.org' } } },
        answer: { request: { body: { _email: 'ann@clinic.org' } } },
      });
      expect(find('INVOCATION')).toMatchObject({ parentId: find('HOOK')?.id, coldStart: true });
      const lines = spans.filter((span) => span.parentId === find('INVOCATION')?.id);
      expect(lines.map(({ name }) => String(name).split(/[ \t]/)[0])).toEqual(
        expect.arrayContaining(['START', 'END', 'REPORT']),
      );
    });

    it('shows no token, neither of events nor of lines', async () => {
      const answer = await get(`/emulator/traces/${TRACE_ID}`);

      expect(answer.text).toContain('hello [redacted]');
      expect(answer.text).not.toContain('eyJ');
    });

    it('answers 404 for a trace that never was', async () => {
      const { status, body } = await get(`/emulator/traces/${'0'.repeat(32)}`);

      expect([status, violationsOf(errorSchema, body)]).toEqual([404, []]);
      expect(body).toMatchObject({ code: 'NOT_FOUND' });
    });
  });

  describe('GET /emulator/logs', () => {
    it.each(['?plugin=small', '?plugin=Plugin-small', ''])('answers with the lines (%s)', async (query) => {
      const { status, body } = await get(`/emulator/logs${query}`);

      expect([status, violationsOf(listOf(lineSchema), body)]).toEqual([200, []]);
      expect(body).toContainEqual(
        expect.objectContaining({
          plugin: 'small',
          traceId: TRACE_ID,
          text: expect.stringContaining('hello'),
        }),
      );
    });

    it('goes on with each line as it comes when asked to follow', async () => {
      const answer = await fetch(`${biot.baseUrl}/emulator/logs?plugin=small&follow=true`);
      const stream = Readable.fromWeb(answer.body as ReadableStream);
      const lines = createInterface({ input: stream });
      const trace = '1'.repeat(32);
      const until = new Promise<unknown>((resolve) =>
        lines.on(
          'line',
          (line) => line.includes(trace) && line.includes('hello') && resolve(JSON.parse(line)),
        ),
      );

      await createPatient('Bob@Clinic.org', trace);

      expect(violationsOf(lineSchema, await until)).toEqual([]);
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
      const closed = once(lines, 'close');
      stream.destroy();
      await closed;
    });

    it.each(['', '&follow=true'])('answers 404 for a plugin that never was (%s)', async (query) => {
      const { status, body } = await get(`/emulator/logs?plugin=none${query}`);

      expect([status, violationsOf(errorSchema, body)]).toEqual([404, []]);
      expect(body).toMatchObject({ code: 'PLUGIN_NOT_FOUND', details: { pluginName: 'none' } });
    });
  });

  describe('GET /emulator/plugins', () => {
    it('lists what is deployed, and since when', async () => {
      const { status, body } = await get('/emulator/plugins');

      const schema = object({ name: text, version: { type: 'integer' }, lastModifiedTime: time });
      expect([status, violationsOf(listOf(schema), body)]).toEqual([200, []]);
    });
  });

  describe('GET /emulator/recording', () => {
    it.each([`?trace=${TRACE_ID}`, '?last=2', ''])(
      'saves events without what is personal (%s)',
      async (query) => {
        const answer = await get(`/emulator/recording${query}`);

        expect([answer.status, violationsOf(recordingSchema, answer.body)]).toEqual([200, []]);
        expect(answer.text.toLowerCase()).not.toMatch(/clinic|eyj|redacted|"(first|last)"/);
      },
    );

    it('refuses text of which nobody knows what it is, and names where it stands', async () => {
      const trace = '2'.repeat(32);
      await createPatient('Stop@Clinic.org', trace);

      const refused = await get(`/emulator/recording?trace=${trace}`);
      const allowed = await get(`/emulator/recording?trace=${trace}&allowText=true`);

      expect([refused.status, violationsOf(errorSchema, refused.body)]).toEqual([422, []]);
      expect(refused.body).toMatchObject({
        code: 'FREE_TEXT',
        details: { paths: ['events[0].answer.body.colour'] },
      });
      expect(refused.text).not.toContain('crimson');
      expect(allowed.body).toMatchObject({ events: [{ answer: { body: { colour: 'crimson tide' } } }] });
    });

    it.each([
      ['?trace=none', 404, 'NOT_FOUND'],
      ['?last=0', 400, 'BAD_REQUEST'],
      ['?last=x', 400, 'BAD_REQUEST'],
    ])('refuses %s', async (query, status, code) => {
      const answer = await get(`/emulator/recording${query}`);

      expect([answer.status, violationsOf(errorSchema, answer.body)]).toEqual([status, []]);
      expect(answer.body).toMatchObject({ code });
    });
  });

  describe('POST /emulator/replay', () => {
    const replay = (body: unknown) => biot.call('POST /emulator/replay', { token: null, body });
    const event = { request: { path: '/', headers: { accept: '*/*' }, body: { _email: 'X@Y.example' } } };

    it('sends an event through the function URL, and answers with what the plugin did', async () => {
      const { status, body } = await replay({ plugin: 'Plugin-small', hook: 'INTERCEPTOR_PRE', event });

      expect([status, violationsOf(replayedSchema, body)]).toEqual([200, []]);
      expect(body).toMatchObject({
        status: 200,
        body: { request: { path: '/', headers: { accept: '*/*' }, body: { _email: 'x@y.example' } } },
      });
    });

    it.each([
      ['INTERCEPTOR_PRE', 'headers.authorization'],
      ['INTERCEPTOR_PRE', 'body.request.headers.authorization'],
      ['NOTIFICATION', 'body.jwt'],
    ])('signs it freshly: %s has a valid %s', async (hook, place) => {
      const name = `signed-${place.length}-${hook.length}`;
      const code = `exports.handler = async ({ headers, body }) => {
        const token = ({ headers, body: JSON.parse(body) }).${place}.replace('Bearer ', '');
        const { exp } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
        return { statusCode: exp * 1000 > Date.now() ? 204 : 500 };
      };`;
      await biot.deploy({ name, code });

      const { body } = await replay({ plugin: name, hook, event });

      expect(body).toMatchObject({ status: 204 });
    });

    it.each([
      ['a plugin that is not there', { plugin: 'none', hook: 'NOTIFICATION', event }, '404 PLUGIN_NOT_FOUND'],
      ['an unknown hook', { plugin: 'small', hook: 'CRON', event }, '400 BAD_REQUEST'],
      ['no event', { plugin: 'small', hook: 'NOTIFICATION' }, '400 BAD_REQUEST'],
      ['nothing', undefined, '400 BAD_REQUEST'],
    ])('refuses %s', async (_what, sent, expected) => {
      const { status, body } = await replay(sent);

      expect(violationsOf(errorSchema, body)).toEqual([]);
      expect(`${status} ${(body as Json).code}`).toBe(expected);
    });
  });
});
