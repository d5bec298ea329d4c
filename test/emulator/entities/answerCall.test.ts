import {
  type Json,
  newPatient,
  PATIENTS,
  type Recorder,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
} from '../../builders/emulator.ts';
import { entries } from '../../builders/entityBodies.ts';
import { sendJson, startHookEndpoint, unchanged } from '../../builders/hookEndpoint.ts';

let biot: TestEmulator;
let recorder: Recorder;
const templateIds: Record<string, string> = {};

beforeAll(async () => {
  recorder = await startRecorder();
  biot = await startTestEmulator();
  const { body } = await biot.call('GET /settings/v1/templates/minimized');
  for (const { name, id } of (body as { data: { name: string; id: string }[] }).data) templateIds[name] = id;
});

let subscribed: Json[] = [];

afterEach(async () => {
  for (const body of subscribed)
    await biot.call('POST /dispatcher/v1/hooks/notifications/unsubscribe', { body });
  subscribed = [];
  recorder.received.length = 0;
});

afterAll(async () => {
  await biot.close();
  await recorder.close();
});

const subscribe = async (entityTypeName: string, actionName: string) => {
  const body = { entityTypeName, actionName, endpoint: recorder.url };
  subscribed.push(body);
  await biot.call('POST /dispatcher/v1/hooks/notifications/subscribe', { body });
};

const create = async (call: string, body: Json = {}): Promise<Json & { _id: string }> => {
  const answer = await biot.call(`POST ${call}`, { body });
  if (answer.status > 299) throw new Error(answer.text);
  return answer.body as Json & { _id: string };
};

const make = (type: string, more: Json = {}) => {
  const { path = '', template = '', body } = entries[type] ?? {};
  return create(path, { ...body?.(), _templateId: templateIds[template], ...more });
};

type Told = { metadata: Json; data: { entity: Json } };

describe('an API that changes something', () => {
  const USERS = '/organization/v1/users';
  const session = async () => {
    const { _id: patientId } = await make('patient');
    const device = await make('device', { _patient: { id: patientId } });
    const start = `/device/v1/devices/${device._id}/usage-sessions/remote-control/start`;
    const { _id } = await create(start, { _templateId: templateIds.UsageSession });
    return `/device/v1/devices/${device._id}/usage-sessions/${_id}/remote-control`;
  };
  const certificate = async () => {
    const { _id } = await make('device');
    await biot.call(`POST /device/v2/devices/${_id}/certificate`);
    return `/device/v2/devices/${_id}/certificate`;
  };
  const alert = async () => {
    const { _id: parentId } = await make('patient');
    const { _id } = await create(`${USERS}/patients/${parentId}/alerts/PatientAlert`);
    return `${USERS}/patients/${parentId}/alerts/${_id}`;
  };
  const command = async () => {
    const { _id: deviceId } = await make('device');
    const { _id } = await create(`/device/v1/devices/${deviceId}/commands/Command/start`);
    return `/device/v1/devices/${deviceId}/commands/${_id}`;
  };

  const calls: [string, string, () => Promise<string>, (Json | undefined)?][] = [
    [
      'caregiver',
      '_create',
      async () => `POST ${USERS}/caregivers/templates/Caregiver`,
      entries.caregiver?.body(),
    ],
    ['caregiver', '_update', async () => `PATCH ${USERS}/caregivers/${(await make('caregiver'))._id}`, {}],
    ['caregiver', '_delete', async () => `DELETE ${USERS}/caregivers/${(await make('caregiver'))._id}`],
    [
      'patient',
      '_updateEnabledState',
      async () => `POST ${USERS}/patients/${(await make('patient'))._id}/enabled-state/DISABLED`,
    ],
    [
      'organization',
      '_updateAdmin',
      async () => `POST /organization/v1/organizations/admin/${(await make('organization-user'))._id}`,
    ],
    ['patient-alert', '_update', async () => `PATCH ${await alert()}`, { _severity: 'MAJOR' }],
    ['patient-alert', '_clear', async () => `PATCH ${await alert()}`, { _state: 'CLEARED' }],
    ['patient-alert', '_delete', async () => `DELETE ${await alert()}`],
    ['command', '_stop', async () => `POST ${await command()}/stop`],
    ['usage-session', '_remotePause', async () => `POST ${await session()}/pause`],
    ['usage-session', '_remoteStop', async () => `POST ${await session()}/stop`],
    ['device', '_activateCertificate', async () => `POST ${await certificate()}/activate`],
    ['device', '_revokeCertificate', async () => `DELETE ${await certificate()}`],
    [
      'patient',
      '_saveMeasurement',
      async () => 'POST /measurement/v1/measurements',
      { metadata: { timestamp: '2026-01-01T10:00:00Z' }, data: { heartRate: 70 } },
    ],
  ];

  it.each(calls)('tells of %s %s, with who did it', async (type, actionName, ...[toCall, body]) => {
    const call = await toCall();
    await subscribe(type, actionName);

    const answer = await biot.call(call, body ? { body } : {});

    const [told] = (await recorder.until(1)) as [Told];
    expect(answer.status).toBeLessThan(300);
    expect(told.metadata).toMatchObject({
      entityTypeName: type,
      actionName,
      initiator: {
        subject: { id: biot.userId },
        sourceIpAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      },
    });
  });

  it('tells of it also when a hook refuses after it was done', async () => {
    await subscribe('generic-entity', '_create');
    await biot.deploy({
      name: 'refuses',
      code: 'exports.handler = async () => ({ statusCode: 403, body: "{}" });',
      subscriptions: { interceptions: [{ type: 'ADAPT_ENTITY', entityTypeName: 'generic-entity' }] },
    });

    const answer = await biot.call('POST /generic-entity/v3/generic-entities/GenericEntity', {
      body: { _name: 'written' },
    });

    const [told] = (await recorder.until(1)) as [Told];
    await biot.call('DELETE /settings/v2/plugins/refuses');
    expect([answer.status, told.data.entity._name]).toEqual([403, 'written']);
  });
});

describe('a caller who leaves while a hook is asked', () => {
  const TYPE = 'registration-code';
  const CODES = '/organization/v1/registration-codes/templates/RegistrationCode';

  it('does not keep what was done from being told', async () => {
    const endpoint = await startHookEndpoint();
    const apiId = 'POST/organization/v1/registration-codes/templates/{templateName}';
    const hook = { body: { type: 'PRE_REQUEST', apiId, endpoint: endpoint.url } };
    await subscribe(TYPE, '_create');
    await biot.call('POST /dispatcher/v1/hooks/interceptions/subscribe', hook);
    const leaving = new AbortController();
    endpoint.answerBy(async ({ body }, reply) => {
      leaving.abort();
      await biot.call('GET /emulator/clock'); // the local BioT sees what came before: that the caller is gone
      sendJson(reply, unchanged(body));
    });

    const { signal } = leaving;
    const authorization = `Bearer ${biot.token}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify(entries[TYPE]?.body());

    const left = fetch(biot.baseUrl + CODES, { method: 'POST', headers, body, signal });

    await expect(left).rejects.toThrow('aborted');
    const [told] = (await recorder.until(1)) as [Told];
    await biot.call('POST /dispatcher/v1/hooks/interceptions/unsubscribe', hook);
    await endpoint.close();
    expect(told.metadata).toMatchObject({ entityTypeName: TYPE, actionName: '_create' });
  });
});

describe('the trace of a call', () => {
  type Span = Json & { id: string; name: string };
  const spansOf = async (traceparent: string): Promise<Span[]> => {
    const { body } = await biot.call(`GET /emulator/traces/${traceparent.split('-')[1]}`);
    return (body as { spans: Span[] }).spans;
  };

  it('tells who called which API, and how it ended', async () => {
    const found = await biot.call(`GET ${PATIENTS}?searchRequest=`);
    const missed = await biot.call(`GET ${PATIENTS}/nobody`);
    const unknown = await biot.call('GET /organization/v1/nothing');
    const nobody = await biot.call(`GET ${PATIENTS}`, { token: 'nonsense' });

    const spans = [];
    for (const { headers } of [found, missed, unknown, nobody])
      spans.push(...(await spansOf(headers.traceparent ?? '')));
    const caller = biot.username;
    expect(spans).toEqual([
      expect.objectContaining({ kind: 'API', name: `GET ${PATIENTS}`, caller, status: 200 }),
      expect.objectContaining({ kind: 'API', name: `GET ${PATIENTS}/nobody`, caller, status: 404 }),
      expect.objectContaining({ kind: 'API', name: 'GET /organization/v1/nothing', caller, status: 404 }),
      expect.objectContaining({ kind: 'API', name: `GET ${PATIENTS}`, status: 401 }),
    ]);
    expect(spans[0]).toMatchObject({ apiId: `GET${PATIENTS}`, ms: expect.any(Number) });
  });

  it.each([
    ['sends on the header it got', 'event.headers.traceparent'],
    [
      'puts a span of its own there',
      "event.headers.traceparent.replace(/-[0-9a-f]{16}-/, '-00000000000000aa-')",
    ],
  ])('holds the hook, the plugin in it, and its own call when it %s', async (_name, traceparent) => {
    await biot.deploy({
      name: 'caller',
      code: `exports.handler = async (event) => {
        const base = process.env.BIOT_BASE_URL;
        const post = (path, headers, body) => fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
        const login = await post('/ums/v2/services/accessToken', { 'content-type': 'application/json' },
          { id: process.env.BIOT_SERVICE_USER_ID, secretKey: process.env.BIOT_SERVICE_USER_SECRET_KEY });
        const { accessToken } = await login.json();
        await fetch(base + '/device/v2/devices', { headers: { authorization: 'Bearer ' + accessToken, traceparent: ${traceparent} } });
        return { request: JSON.parse(event.body).request };
      };`,
      subscriptions: { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] },
    });

    const { headers } = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });

    const spans = await spansOf(headers.traceparent ?? '');
    await biot.call('DELETE /settings/v2/plugins/caller');
    const nameOf = (spanId: unknown) => spans.find(({ id }) => id === spanId)?.name;
    const own = spans.find(({ name }) => name === 'GET /device/v2/devices');
    const hook = spans.find(({ kind }) => kind === 'HOOK');
    expect(own).toMatchObject({ kind: 'API', caller: 'caller', status: 200 });
    expect(nameOf(hook?.parentId)).toBe(`POST ${PATIENTS}`);
    expect(['caller', 'INTERCEPTOR_PRE caller']).toContain(nameOf(own?.parentId));
  });
});

describe('a body', () => {
  it('may be absent where none is needed, though it is said to be JSON', async () => {
    const { _id } = await make('patient');

    const { status } = await biot.call(`POST ${PATIENTS}/${_id}/enabled-state/DISABLED`, {
      headers: { 'content-type': 'application/json' },
      body: '',
    });

    expect(status).toBe(200);
  });
});
