import {
  DEVICE_TEMPLATE_ID,
  DEVICES,
  type Json,
  newPatient,
  PATIENTS,
  PLUGINS,
  type Recorder,
  recording,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
  UUID,
} from '../../builders/emulator.ts';

const TRACE_ID = '691d9a7ec2ebb8ad236b56d739c4c17f';
const NANOSECONDS = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7,9}Z$/);

let biot: TestEmulator;
let recorder: Recorder;

beforeEach(async () => {
  recorder = await startRecorder();
});

afterEach(async () => {
  recorder.release();
  for (const name of ['subscriber', 'another']) await biot.call(`DELETE ${PLUGINS}/${name}`);
  await recorder.close();
});

beforeAll(async () => {
  biot = await startTestEmulator();
});

afterAll(() => biot.close());

const about = (actionName: string, entityTypeName = 'patient', more: Json = {}): Json => ({
  entityTypeName,
  actionName,
  ...more,
});

const subscribe = (notifications: Json[], then = '', name = 'subscriber') =>
  biot.deploy({
    name,
    code: recording(recorder, `{ plugin: '${name}', headers: event.headers, body }`, then),
    subscriptions: { notifications },
  });

const createPatient = async () => {
  const { body } = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
  return body as Json & { _id: string };
};
const createDevice = (_id: string) =>
  biot.call(`POST ${DEVICES}`, { body: { _id, _templateId: DEVICE_TEMPLATE_ID } });

/** A reference as an old entity has it. */
const toBare = (reference: Json): Json => ({
  ...Object.fromEntries(Object.keys(reference).map((name) => [name, null])),
  id: reference.id,
});

const notification = (
  actionName: string,
  { entity, additionalData = {} }: { entity: Json; additionalData?: Json },
) => ({
  metadata: {
    entityTypeName: 'patient',
    actionName,
    status: 'SUCCESS',
    startTime: NANOSECONDS,
    endTime: NANOSECONDS,
    initiator: {
      subject: { id: biot.userId },
      sourceIpAddress: expect.stringMatching(/^127\.0\.0\.1(:\d+)?$/),
    },
  },
  data: { entity, additionalData },
  jwt: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
});

describe('a notification', () => {
  it('has its token in the body and not in a header', async () => {
    await subscribe([about('_create')]);

    await biot.call(`POST ${PATIENTS}`, {
      body: newPatient(),
      headers: { traceparent: `00-${TRACE_ID}-ff435abc75711595-00` },
    });

    const [sent] = (await recorder.until(1)) as [{ headers: Json; body: { jwt: string; metadata: Json } }];
    const claims = Buffer.from(sent.body.jwt.split('.')[1] ?? '', 'base64url').toString();
    expect(sent.headers).toMatchObject({
      hooktype: 'NOTIFICATION',
      'content-type': 'application/json',
      traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
    });
    expect(sent.headers).not.toHaveProperty('authorization');
    expect(JSON.parse(claims)).toEqual({
      serviceUserId: UUID,
      scopes: ['PROTECTED_API', 'ACTION_NOTIFICATION', 'PERMISSIONS_SYNC_PERMISSIONS'],
      tokenType: 'SERVICE_INTERNAL',
      jti: UUID,
      exp: expect.any(Number),
    });
  });

  it('of a _create holds the entity', async () => {
    await subscribe([about('_create')]);

    const entity = await createPatient();

    const [sent] = await recorder.until(1);
    expect(sent?.body).toEqual(notification('_create', { entity }));
  });

  it('of an _update holds the entity after and before', async () => {
    const oldEntity = await createPatient();
    await subscribe([about('_update')]);

    const { body } = await biot.call(`PATCH ${PATIENTS}/${oldEntity._id}`, { body: { _description: 'new' } });

    const [sent] = await recorder.until(1);
    const { _ownerOrganization, ...old } = oldEntity;
    expect(sent?.body).toEqual(
      notification('_update', {
        entity: body as Json,
        additionalData: {
          oldEntity: {
            ...old,
            _ownerOrganization: toBare(_ownerOrganization as Json),
          },
        },
      }),
    );
  });

  it('of a _delete holds the entity that was', async () => {
    const entity = await createPatient();
    await subscribe([about('_delete')]);

    await biot.call(`DELETE ${PATIENTS}/${entity._id}`);

    const [sent] = await recorder.until(1);
    expect(sent?.body).toEqual(notification('_delete', { entity }));
  });

  it('goes to every subscriber of the action, and of nothing else', async () => {
    await subscribe([about('_create'), about('_create', 'device', { templateName: 'Other' })]);
    await subscribe([about('_delete'), about('_create', 'device')], '', 'another');

    await createDevice('device-a');
    await recorder.until(1);
    await createPatient();
    await recorder.until(2);
    await biot.call(`DELETE ${PATIENTS}/${(await createPatient())._id}`);
    const received = await recorder.until(4);

    const [device, patient, ...rest] = received.map(({ plugin, body }) => {
      const { metadata } = body as { metadata: Json };
      return `${plugin} ${metadata.entityTypeName} ${metadata.actionName}`;
    });
    expect([device, patient, rest.sort()]).toEqual([
      'another device _create',
      'subscriber patient _create',
      ['another patient _delete', 'subscriber patient _create'],
    ]);
  });

  it('goes to a subscriber of the template of the entity', async () => {
    await subscribe([about('_create', 'device', { templateName: 'DeviceType1' })]);

    await createDevice('device-b');

    const [sent] = await recorder.until(1);
    expect(sent?.body).toMatchObject({ data: { entity: { _id: 'device-b' } } });
  });

  it('does not make the caller wait', async () => {
    await subscribe([about('_create')]);
    recorder.hold();

    const answer = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });

    expect(answer.status).toBe(201); // while the plugin cannot end before the release below
    await recorder.until(1);
    recorder.release();
  });

  it.each([
    ['refuses', "return { statusCode: 500, body: 'no' };"],
    ['throws', "throw new Error('no');"],
    ['crashes', 'process.exit(3);'],
  ])('does not fail the caller when the subscriber %s', async (_name, then) => {
    await subscribe([about('_create')], then);

    const first = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
    await recorder.until(1);
    const second = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
    await recorder.until(2);

    expect([first.status, second.status]).toEqual([201, 201]);
  });

  it('is not sent when the call fails', async () => {
    await subscribe([about('_create'), about('_update'), about('_delete')]);

    await biot.call(`POST ${PATIENTS}`, { body: {} });
    await biot.call(`PATCH ${PATIENTS}/nobody`, { body: {} });
    await biot.call(`DELETE ${PATIENTS}/nobody`);
    await biot.call(`GET ${PATIENTS}`);
    const entity = await createPatient();

    const [sent] = await recorder.until(1);
    expect(sent?.body).toEqual(notification('_create', { entity }));
    expect(recorder.received).toHaveLength(1);
  });

  it('names the entity as a hook changed it', async () => {
    await biot.deploy({
      name: 'another',
      code: `exports.handler = async (event) => {
        const { request } = JSON.parse(event.body);
        return { request: { ...request, body: { ...request.body, _description: 'by pre' } } };
      };`,
      subscriptions: { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] },
    });
    await subscribe([about('_create')]);

    await createPatient();

    const [sent] = await recorder.until(1);
    expect(sent?.body).toMatchObject({ data: { entity: { _description: 'by pre' } } });
  });
});
