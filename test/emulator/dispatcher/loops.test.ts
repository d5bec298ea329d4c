import {
  type Json,
  newPatient,
  PATIENTS,
  PLUGINS,
  type Recorder,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
} from '../../builders/emulator.ts';
import {
  type HookEndpoint,
  type HookRequest,
  sendJson,
  startHookEndpoint,
} from '../../builders/hookEndpoint.ts';

let biot: TestEmulator;
let recorder: Recorder;

beforeAll(async () => {
  [biot, recorder] = await Promise.all([startTestEmulator(), startRecorder()]);
});

afterEach(() => biot.call(`DELETE ${PLUGINS}/looper`));

afterAll(async () => {
  await biot.close();
  await recorder.close();
});

/** Code of a plugin that calls BioT with its own token; `traceparent` is what it sends on. */
const plugin = (traceparent: string, handle: string) => `
  const base = process.env.BIOT_BASE_URL;
  const send = (path, method, headers, body) => fetch(base + path,
    { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  let token;
  const login = async () => {
    if (token) return token;
    const id = process.env.BIOT_SERVICE_USER_ID;
    const secretKey = process.env.BIOT_SERVICE_USER_SECRET_KEY;
    const answer = await send('/ums/v2/services/accessToken', 'POST', {}, { id, secretKey });
    token = (await answer.json()).accessToken;
    return token;
  };
  exports.handler = async (event) => {
    const received = event.headers.traceparent;
    const traceparent = ${traceparent};
    const body = JSON.parse(event.body);
    const authorization = 'Bearer ' + await login();
    const call = (path, method, more) =>
      send(path, method, { authorization, traceparent, 'allow-interception': 'yes' }, more);
    ${handle}
  };`;

const SENDS_ON = 'received';
const OWN_SPAN = "received.slice(0, 36) + Math.random().toString(16).slice(2, 14).padEnd(16, '0') + '-00'";

describe('a plugin that creates from within its own hook of creating', () => {
  const deploy = (traceparent: string) =>
    biot.deploy({
      name: 'looper',
      code: plugin(
        traceparent,
        `const answer = await call('${PATIENTS}', 'POST', body.request.body);
         const text = await answer.text();
         return answer.ok ? { request: body.request } : { statusCode: answer.status, body: text };`,
      ),
      subscriptions: { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] },
      config: { timeout: 60 },
    });

  it.each([
    ['sends the span on that it got', SENDS_ON],
    ['puts a span of its own into its calls', OWN_SPAN],
  ])('is stopped, and both it and its author are told why, when it %s', async (_name, traceparent) => {
    await deploy(traceparent);

    const { status, body } = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });

    expect([status, body]).toMatchObject([
      508,
      { code: 'LOOP_DETECTED', details: { pluginName: 'looper', apiId: `POST${PATIENTS}`, depth: 10 } },
    ]);
    expect(biot.logged).toContainEqual(
      expect.stringContaining('[looper] POST/organization/v1/users/patients: looper calls'),
    );
  });
});

describe('a plugin that updates what it is told of', () => {
  it.each([
    ['sends the span on that it got', SENDS_ON],
    ['puts a span of its own into its calls', OWN_SPAN],
  ])('is stopped when it %s', async (_name, traceparent) => {
    const { body: patient } = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
    const path = `${PATIENTS}/${(patient as Json)._id}`;
    await biot.deploy({
      name: 'looper',
      code: plugin(
        traceparent,
        `const answer = await call('${PATIENTS}/' + body.data.entity._id, 'PATCH', { _description: received });
         if (answer.ok) return;
         await fetch('${recorder.url}', { method: 'POST', body: await answer.text() });`,
      ),
      subscriptions: { notifications: [{ entityTypeName: 'patient', actionName: '_update' }] },
    });
    const known = recorder.received.length;

    await biot.call(`PATCH ${path}`, { body: { _description: 'first' } });

    const refusals = await recorder.until(known + 1);
    expect(refusals.at(-1)).toMatchObject({
      code: 'LOOP_DETECTED',
      details: { pluginName: 'looper', apiId: `PATCH${PATIENTS}/{id}`, depth: 100 },
    });
  });
});

describe('a self-hosted endpoint that calls what it intercepts', () => {
  let endpoint: HookEndpoint;

  beforeAll(async () => {
    endpoint = await startHookEndpoint();
    const wanted = { type: 'PRE_REQUEST', apiId: `GET${PATIENTS}`, endpoint: endpoint.url };
    await biot.call('POST /dispatcher/v1/hooks/interceptions/subscribe', { body: wanted });
  });

  afterAll(() => endpoint.close());

  const search = (hook: HookRequest) =>
    biot.call(`GET ${PATIENTS}`, { headers: { traceparent: String(hook.headers.traceparent) } });

  it('is stopped when it never ends', async () => {
    endpoint.answerBy(async (hook, reply) => {
      const { status, body } = await search(hook);
      sendJson(reply, body, status);
    });

    const { status, body } = await biot.call(`GET ${PATIENTS}`);

    expect([status, body]).toMatchObject([508, { code: 'LOOP_DETECTED', details: { depth: 100 } }]);
  });

  it('is let alone when it ends, however deep it went', async () => {
    endpoint.requests.length = 0;
    endpoint.answerBy(async (hook, reply) => {
      if (endpoint.requests.length < 50) await search(hook);
      sendJson(reply, { request: hook.body.request });
    });

    const { status } = await biot.call(`GET ${PATIENTS}`);

    expect([status, endpoint.requests.length]).toEqual([200, 50]);
  });

  it('is let alone when it calls often, one after another', async () => {
    endpoint.requests.length = 0;
    endpoint.answerBy(async (hook, reply) => {
      if (endpoint.requests.length === 1) for (let i = 0; i < 150; i += 1) await search(hook);
      sendJson(reply, { request: hook.body.request });
    });

    const { status } = await biot.call(`GET ${PATIENTS}`);

    expect([status, endpoint.requests.length]).toEqual([200, 151]);
  });
});
