import { inspect } from 'node:util';
import { type BiotClient, createBiotClient, toBiotFailure } from '../../../src/runtime/biot.ts';
import { PluginError } from '../../../src/runtime/errors.ts';
import {
  type Answer,
  type BiotServer,
  biotError,
  breakInTheMiddle,
  brokenJson,
  neverAnswer,
  resetConnection,
  startBiotServer,
  trickle,
} from '../../builders/biotServer.ts';
import { TRACE_ID } from '../../builders/events.ts';
import { failureOf } from '../../builders/failure.ts';

type SearchRequest = { limit: number; page: number };

const ok: Answer = { body: { ok: true } };

describe('createBiotClient', () => {
  let biot: BiotServer;

  beforeEach(async () => {
    biot = await startBiotServer();
  });

  afterEach(() => biot.close());

  const client = (timeLeftMs = 10_000): BiotClient =>
    createBiotClient(
      { baseUrl: biot.baseUrl, traceId: TRACE_ID, deadline: Date.now() + timeLeftMs },
      async () => 'token',
    );
  const searchRequests = () => biot.requests.map(({ query }) => JSON.parse(query.searchRequest ?? '{}'));

  it.each<[string, (client: BiotClient) => Promise<unknown>, unknown]>([
    ['GET', (biotClient) => biotClient.get('/thing'), undefined],
    ['POST', (biotClient) => biotClient.post('/thing', { a: [1, null] }), { a: [1, null] }],
    ['POST', (biotClient) => biotClient.post('/thing'), undefined],
    ['PUT', (biotClient) => biotClient.put('/thing', { a: 1 }), { a: 1 }],
    ['PATCH', (biotClient) => biotClient.patch('/thing', { a: 1 }), { a: 1 }],
    ['DELETE', (biotClient) => biotClient.delete('/thing'), undefined],
  ])('sends a %s with the token, the trace and the body', async (method, call, body) => {
    biot.route(`${method} /thing`, ok);

    const answer = await call(client());

    expect(answer).toEqual({ ok: true });
    expect(biot.requests).toEqual([
      {
        method,
        path: '/thing',
        query: {},
        headers: expect.objectContaining({
          authorization: 'Bearer token',
          traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
        }),
        ...(body !== undefined && { body }),
      },
    ]);
  });

  it('sends the query and the headers it is given, so that another plugin may intercept the call', async () => {
    biot.route('GET /thing', ok);

    await client().get('/thing', {
      query: { text: 'a b&c=ä+', count: 2, flag: true },
      headers: { 'allow-interception': 'true' },
    });

    expect(biot.requests[0]?.query).toEqual({ text: 'a b&c=ä+', count: '2', flag: 'true' });
    expect(biot.requests[0]?.headers).toMatchObject({
      'allow-interception': 'true',
      authorization: 'Bearer token',
    });
  });

  it('allows no interception unless it is told to', async () => {
    biot.route('POST /thing', ok);

    await client().post('/thing', {});

    expect(biot.requests[0]?.headers).not.toHaveProperty('allow-interception');
  });

  it('sends a FormData as multipart', async () => {
    biot.route('POST /thing', ok);
    const form = new FormData();
    form.append('config', '{"a":1}');

    await client().post('/thing', form);

    expect(biot.requests[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(biot.requests[0]?.body).toContain('name="config"\r\n\r\n{"a":1}\r\n');
  });

  it.each(['thing', 'http://192.0.2.1/thing', '@192.0.2.1/', '.192.0.2.1/', ''])(
    'calls nobody when the path is %j, as it does not begin with a slash',
    async (path) => {
      const result = client().get(path);

      await expect(result).rejects.toThrow('begins with a slash');
      expect(biot.requests).toEqual([]);
    },
  );

  it.each<[string, Answer]>([
    ['is never answered', neverAnswer],
    ['is answered byte by byte', trickle],
  ])('throws TIMEOUT at the deadline when a GET %s', async (_name, answer) => {
    biot.route('GET /thing', answer);
    const start = Date.now();

    const error = await failureOf(() => client(300).get('/thing'));

    expect(error).toMatchObject({ code: 'TIMEOUT', status: 504 });
    expect(Date.now() - start).toBeLessThan(1_000);
  });

  it.each([150.1, 150.5, 150.9])(
    'throws TIMEOUT also when the deadline, %d ms away, is no whole number',
    async (timeLeftMs) => {
      biot.route('GET /thing', neverAnswer);

      const errors = await Promise.all(
        Array.from({ length: 5 }, () => failureOf(() => client(timeLeftMs).get('/thing'))),
      );

      expect(errors.map(({ code }) => code)).toEqual(['TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TIMEOUT']);
    },
  );

  it('throws TIMEOUT without a call when the deadline has passed', async () => {
    const result = client(-1).get('/thing');

    await expect(result).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(biot.requests).toEqual([]);
  });

  it('gives a GET that is never answered another try when its own time is over before the deadline', async () => {
    biot.route('GET /thing', neverAnswer, ok);
    const context = {
      baseUrl: biot.baseUrl,
      traceId: TRACE_ID,
      deadline: Date.now() + 10_000,
      callTimeMs: 100,
    };

    const result = await createBiotClient(context, async () => 'token').get('/thing');

    expect(result).toEqual({ ok: true });
  });

  it('throws CALL_TO_API_FAILED when the own time of a POST is over before the deadline', async () => {
    biot.route('POST /thing', neverAnswer);
    const context = {
      baseUrl: biot.baseUrl,
      traceId: TRACE_ID,
      deadline: Date.now() + 10_000,
      callTimeMs: 100,
    };

    const result = createBiotClient(context, async () => 'token').post('/thing');

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED', details: {} });
    expect(biot.count('POST /thing')).toBe(1);
  });

  it.each<[string, Answer]>([
    ['429', biotError(429, 'TOO_MANY_REQUESTS')],
    ['502', biotError(502, 'BAD_GATEWAY')],
    ['503', biotError(503, 'SERVICE_UNAVAILABLE')],
    ['504', biotError(504, 'GATEWAY_TIMEOUT')],
    ['a connection reset', resetConnection],
    ['a connection that ends in the middle of the answer', breakInTheMiddle],
    ['JSON that cannot be read', brokenJson],
  ])('sends a GET once more after %s', async (_name, answer) => {
    biot.route('GET /thing', answer, ok);

    const result = await client().get('/thing');

    expect(result).toEqual({ ok: true });
    expect(biot.count('GET /thing')).toBe(2);
  });

  it.each<[string, Answer, object]>([
    ['503', biotError(503, 'SERVICE_UNAVAILABLE'), { status: 503, code: 'SERVICE_UNAVAILABLE' }],
    ['a connection reset', resetConnection, {}],
    ['a connection that ends in the middle of the answer', breakInTheMiddle, {}],
    ['JSON that cannot be read', brokenJson, {}],
  ])('throws CALL_TO_API_FAILED when that happens a second time: %s', async (_name, answer, details) => {
    biot.route('GET /thing', answer);

    const error = await failureOf(() => client().get('/thing'));

    expect(error).toMatchObject({ code: 'CALL_TO_API_FAILED', status: 502 });
    expect(error.details).toEqual(details);
    expect(biot.count('GET /thing')).toBe(2);
  });

  it.each<[string, string, Answer]>([
    ['POST', '503', biotError(503, 'SERVICE_UNAVAILABLE')],
    ['POST', 'a connection reset', resetConnection],
    ['PUT', '503', biotError(503, 'SERVICE_UNAVAILABLE')],
    ['PATCH', 'a connection reset', resetConnection],
    ['POST', 'JSON that cannot be read', brokenJson],
    ['DELETE', '503', biotError(503, 'SERVICE_UNAVAILABLE')],
  ])('does not repeat a %s after %s: BioT may have carried it out', async (method, _name, answer) => {
    biot.route(`${method} /thing`, answer, ok);
    const name = method.toLowerCase() as 'post' | 'put' | 'patch' | 'delete';

    const result = client()[name]('/thing');

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
    expect(biot.count(`${method} /thing`)).toBe(1);
  });

  it('does not repeat a GET when the deadline is too near', async () => {
    biot.route('GET /thing', biotError(503, 'SERVICE_UNAVAILABLE'), ok);

    const result = client(90).get('/thing');

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
    expect(biot.count('GET /thing')).toBe(1);
  });

  it('keeps nothing of JSON that cannot be read, as it may be about a patient', async () => {
    biot.route('GET /thing', brokenJson);

    const error = await failureOf(() => client().get('/thing'));

    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('123456789');
  });

  it.each([
    ['text that does not say that it is JSON', 'text/csv', 'a;b'],
    ['JSON that does not say so', 'text/plain', { a: 1 }],
    ['nothing where JSON was said', 'application/json', ''],
  ])('gives %s as it is', async (_name, type, body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    biot.route('GET /thing', (_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(text);
    });

    expect(await client().get('/thing')).toEqual(body);
  });

  it('does not ask a second time for an answer that is too large', async () => {
    biot.route('GET /thing', { body: 'x'.repeat(11 * 1024 * 1024) });

    const result = client().get('/thing');

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED', details: {} });
    expect(biot.count('GET /thing')).toBe(1);
  });

  const megabytes = (count: number) => 'x'.repeat(count * 1024 * 1024);
  const formOf = (text: string) => {
    const form = new FormData();
    form.append('file', new Blob([text]));
    return form;
  };

  it.each([
    ['JSON', megabytes(11)],
    ['a form', formOf(megabytes(11))],
  ])(
    'throws CALL_TO_API_FAILED when more than 10 MB are to be sent as %s, and says so in its cause',
    async (_name, body) => {
      biot.route('POST /thing', ok);

      const error = await failureOf(() => client().post('/thing', body));

      expect(error).toMatchObject({ code: 'CALL_TO_API_FAILED', status: 502, details: {} });
      expect(String((error.cause as Error).message)).toMatch(/larger than maxBodyLength limit/);
      expect(biot.requests).toEqual([]);
    },
  );

  it('sends more than 10 MB where the context allows it: a ZIP of a plugin', async () => {
    biot.route('POST /thing', ok);
    const context = { baseUrl: biot.baseUrl, traceId: TRACE_ID, deadline: Date.now() + 10_000 };
    const generous = createBiotClient(
      { ...context, maxBodyBytes: Number.POSITIVE_INFINITY },
      async () => 'token',
    );

    const results = [
      await generous.post('/thing', megabytes(11)),
      await generous.post('/thing', formOf(megabytes(11))),
    ];

    expect(results).toEqual([{ ok: true }, { ok: true }]);
  });

  it.each([301, 302, 307, 308])('does not follow a redirect: %i', async (status) => {
    biot.route('GET /thing', { status, headers: { location: `${biot.baseUrl}/elsewhere` } });
    biot.route('GET /elsewhere', ok);

    const error = await failureOf(() => client().get('/thing'));

    expect(error).toMatchObject({ code: 'CALL_TO_API_FAILED', details: { status } });
    expect(biot.requests.map(({ path }) => path)).toEqual(['/thing']);
  });

  it.each([
    [400, 'BAD_REQUEST'],
    [403, 'ACCESS_DENIED'],
    [404, 'ENTITY_NOT_FOUND'],
    [409, 'CONFLICT'],
    [500, 'INTERNAL_SERVER_ERROR'],
  ])(
    'throws CALL_TO_API_FAILED with status %i and code %s, and nothing else that BioT said',
    async (status, code) => {
      biot.route('GET /thing', biotError(status, code, { name: 'First Last' }));

      const error = await failureOf(() => client().get('/thing'));

      expect(error).toBeInstanceOf(PluginError);
      expect({ ...error }).toEqual({
        name: 'PluginError',
        code: 'CALL_TO_API_FAILED',
        status: 502,
        details: { status, code },
      });
      expect(error.message).toBe('A call from the plugin to BioT failed.');
      expect(biot.count('GET /thing')).toBe(1);
    },
  );

  it.each<[string, Answer]>([
    ['no body', { status: 404 }],
    ['null', { status: 404, body: null }],
    ['text', { status: 404, body: 'not here' }],
    ['a list', { status: 404, body: [1] }],
    ['a code that is no text', { status: 404, body: { code: { a: 1 } } }],
    ['a code that is a sentence', { status: 404, body: { code: 'No patient of the name Last' } }],
    ['a code that is a token', { status: 404, body: { code: 'eyJhbGciOiJSUzUxMiJ9.e30.c2ln' } }],
  ])(
    'throws CALL_TO_API_FAILED with the status alone when the error comes with %s',
    async (_name, answer) => {
      biot.route('GET /thing', answer);

      const error = await failureOf(() => client().get('/thing'));

      expect(error.details).toEqual({ status: 404 });
    },
  );

  it('throws CALL_TO_API_FAILED when nobody listens at the base URL', async () => {
    await biot.close();

    const result = client().get('/thing');

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED', details: {} });
  });

  describe('search', () => {
    it('sends the request as BioT documents it, and gives the page', async () => {
      const page = { data: [{ _id: '1' }], metadata: { page: { totalResults: 1 } } };
      biot.route('GET /things', { body: page });
      const request = { filter: { '_name.firstName': { like: '"F" & +%' } }, limit: 7 };

      const result = await client().search('/things', request);

      expect(result).toEqual(page);
      expect(searchRequests()).toEqual([request]);
    });
  });

  describe('searchPages', () => {
    const things = Array.from({ length: 7 }, (_, index) => ({ _id: String(index) }));

    const routeThings = (hasTotal: boolean, total = things.length, maxLimit = 100): void =>
      biot.route('GET /things', ({ query }, response) => {
        const { limit: asked, page } = JSON.parse(query.searchRequest ?? '{}') as SearchRequest;
        const limit = Math.min(asked, maxLimit);
        const data = things.slice(0, total).slice(page * limit, (page + 1) * limit);
        const metadata = { page: { totalResults: total, page, limit } };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ data, ...(hasTotal && { metadata }) }));
      });

    const readAll = async (request?: { limit?: number; page?: number; sort?: { prop: string }[] }) => {
      const pages: unknown[] = [];
      for await (const page of client().searchPages('/things', request)) pages.push(page);
      return pages;
    };

    it.each([
      ['nothing', undefined],
      ['null', null],
      ['text', 'a page'],
      ['no data', { metadata: {} }],
      ['data that are no list', { data: { length: 1 } }],
    ])('throws CALL_TO_API_FAILED when a page is answered with %s', async (_name, body) => {
      biot.route('GET /things', { body });

      const pages = readAll();

      await expect(pages).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
    });

    it.each([
      ['with', true],
      ['without', false],
    ])(
      'gives every page with the limit of the request, and stops, %s a total in the answer',
      async (_name, hasTotal) => {
        routeThings(hasTotal);

        const pages = await readAll({ limit: 3, sort: [{ prop: '_id' }] });

        expect(pages).toEqual([things.slice(0, 3), things.slice(3, 6), things.slice(6)]);
        expect(searchRequests()).toEqual([
          { limit: 3, page: 0, sort: [{ prop: '_id' }] },
          { limit: 3, page: 1, sort: [{ prop: '_id' }] },
          { limit: 3, page: 2, sort: [{ prop: '_id' }] },
        ]);
      },
    );

    it.each([
      ['with a total, when the last page is full', true, { total: 6, requests: 2 }],
      ['without a total, when the last page is full', false, { total: 6, requests: 3 }],
      ['with a total, when there is nothing', true, { total: 0, requests: 1 }],
      ['without a total, when there is nothing', false, { total: 0, requests: 1 }],
    ])('stops %s', async (_name, hasTotal, { total, requests }) => {
      routeThings(hasTotal, total);

      const pages = await readAll({ limit: 3 });

      expect(pages.flat()).toEqual(things.slice(0, total));
      expect(searchRequests()).toHaveLength(requests);
    });

    it('gives every page also when BioT gives fewer at a time than it is asked for', async () => {
      routeThings(true, things.length, 2);

      const pages = await readAll({ limit: 5 });

      expect(pages).toEqual([things.slice(0, 2), things.slice(2, 4), things.slice(4, 6), things.slice(6)]);
    });

    it('begins at the page that the request names', async () => {
      routeThings(true);

      const pages = await readAll({ limit: 3, page: 2 });

      expect(pages).toEqual([things.slice(6)]);
    });

    it('names a limit of its own when the request has none', async () => {
      routeThings(true);

      const pages = await readAll();

      expect(pages).toEqual([things]);
      expect(searchRequests()).toEqual([{ limit: 100, page: 0 }]);
    });

    it('stops asking when the reader stops reading', async () => {
      routeThings(true);

      for await (const page of client().searchPages('/things', { limit: 3 })) {
        if (page.length > 0) break;
      }

      expect(searchRequests()).toHaveLength(1);
    });

    it('goes by the length of a page whose total is no number', async () => {
      const metadata = { page: { totalResults: { toString: '' } } };
      biot.route('GET /things', { body: { data: things.slice(0, 2), metadata } });

      const pages = await readAll({ limit: 3 });

      expect(pages.flat()).toEqual(things.slice(0, 2));
    });

    it('throws CALL_TO_API_FAILED when a later page fails', async () => {
      biot.route(
        'GET /things',
        { body: { data: things.slice(0, 3), metadata: { page: { totalResults: 7 } } } },
        biotError(500, 'INTERNAL_SERVER_ERROR'),
      );

      const result = readAll({ limit: 3 });

      await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED', details: { status: 500 } });
    });
  });

  describe('toBiotFailure', () => {
    it('tells a developer all that BioT said', async () => {
      biot.route('GET /thing', biotError(404, 'ENTITY_NOT_FOUND', { id: '1' }));
      const error = await failureOf(() => client().get('/thing'));

      const failure = toBiotFailure(error);

      expect(failure).toEqual({
        status: 404,
        code: 'ENTITY_NOT_FOUND',
        message: 'ENTITY_NOT_FOUND happened',
        details: { id: '1' },
      });
    });

    it.each([
      ['another error', new Error('other')],
      ['a failure that has nothing to do with BioT', new PluginError('NO_DATA')],
      ['nothing', undefined],
    ])('returns undefined for %s', (_name, error) => {
      const failure = toBiotFailure(error);

      expect(failure).toBeUndefined();
    });
  });
});
