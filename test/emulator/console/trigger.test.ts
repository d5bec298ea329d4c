import { notifiableActions } from '../../../emulator/catalogue.ts';
import {
  errorBody,
  type Json,
  newPatient,
  PATIENTS,
  type Recorder,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
} from '../../builders/emulator.ts';
import { entitySchemas } from '../../builders/entitySchemas.ts';
import { violationsOf } from '../../builders/schema.ts';

const TRIGGER = 'POST /emulator/trigger';

let biot: TestEmulator;
let recorder: Recorder;

beforeAll(async () => {
  recorder = await startRecorder();
  biot = await startTestEmulator();
  for (const [entityTypeName, actions] of Object.entries(notifiableActions)) {
    for (const actionName of actions) {
      const body = { entityTypeName, actionName, endpoint: recorder.url };
      await biot.call('POST /dispatcher/v1/hooks/notifications/subscribe', { body });
    }
  }
});

beforeEach(() => {
  recorder.received.length = 0;
});

afterAll(async () => {
  await biot.close();
  await recorder.close();
});

const all = Object.entries(notifiableActions).flatMap(([entityTypeName, actions]) =>
  actions.map((actionName): [string, string] => [entityTypeName, actionName]),
);

const trigger = (entityTypeName: unknown, actionName: unknown, more: Json = {}) =>
  biot.call(TRIGGER, { token: null, body: { entityTypeName, actionName, ...more } });

describe('POST /emulator/trigger', () => {
  it.each(all)('tells of %s %s', async (entityTypeName, actionName) => {
    const { status, body } = await trigger(entityTypeName, actionName);

    const [event] = (await recorder.until(1)) as [{ metadata: Json; data: Json; jwt: string }];
    expect([status, (body as Json).subscribers]).toEqual([200, [recorder.url]]);
    expect(event.metadata).toMatchObject({ entityTypeName, actionName, status: 'SUCCESS' });
    expect(event.data.entity).toEqual((body as Json).entity);
    expect(event.jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it.each(Object.keys(notifiableActions))('makes up a whole %s where there is none', async (type) => {
    const { body } = await trigger(type, '_create');

    expect(violationsOf(entitySchemas[type] as object, (body as Json).entity)).toEqual([]);
  });

  it.each([
    ['_saveMeasurement', { metadata: expect.anything(), data: { heartRate: expect.any(Number) } }],
    ['_saveMeasurementBulk', { measures: [{ metadata: expect.anything(), data: expect.anything() }] }],
  ])('tells of %s what was measured', async (actionName, entity) => {
    const { body } = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });

    await trigger('patient', actionName);

    const [event] = (await recorder.until(2)).slice(-1) as [{ data: Json }];
    expect(event.data.entity).toEqual(entity);
    expect(JSON.stringify(event.data.entity)).toContain(`"patientId":"${(body as Json)._id}"`);
  });

  it('takes the newest, the one with the id, or the one that is sent', async () => {
    const [older, newer] = [
      (await biot.call(`POST ${PATIENTS}`, { body: newPatient() })).body as Json,
      (await biot.call(`POST ${PATIENTS}`, { body: newPatient() })).body as Json,
    ];

    const entities = [
      await trigger('patient', '_login'),
      await trigger('patient', '_login', { id: older._id }),
      await trigger('patient', '_login', { entity: { _id: 'sent' } }),
    ].map(({ body }) => (body as Json).entity);

    expect(entities).toEqual([newer, older, { _id: 'sent' }]);
  });

  it('tells with an update the old entity too, and the additional data that is sent', async () => {
    await trigger('device', '_update');
    await trigger('device', '_command', { additionalData: { command: 'beep' } });

    const told = (await recorder.until(2)) as { data: { additionalData: Json; entity: Json } }[];
    const [update, command] = told.map(({ data }) => data);
    expect(update?.additionalData.oldEntity).toMatchObject({ _id: update?.entity._id });
    expect(command?.additionalData).toEqual({ command: 'beep' });
  });

  it.each([
    ['an entity type that is not there', ['pateint', '_login'], /There are: patient, /],
    ['an action that is not there', ['patient', 'login'], /There are: _login, /],
    ['an action of another type', ['device', '_login'], /There are: _/],
    ['no action', ['device'], /is missing. There are: /],
  ])('refuses %s and names the nearest first', async (_name, [entityTypeName, actionName], message) => {
    const answer = await trigger(entityTypeName, actionName);

    expect([answer.status, answer.body]).toEqual([
      400,
      { ...errorBody('BAD_REQUEST'), message: expect.stringMatching(message) },
    ]);
  });

  it('refuses an id that nobody has, and an entity that is none', async () => {
    const answers = [
      await trigger('patient', '_login', { id: 'nobody' }),
      await trigger('patient', '_login', { entity: ['none'] }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 400]);
  });
});
