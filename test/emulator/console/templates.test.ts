import {
  errorBody,
  type Json,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
  UUID,
} from '../../builders/emulator.ts';

const TEMPLATES = 'POST /emulator/templates';

let biot: TestEmulator;

beforeAll(async () => {
  biot = await startTestEmulator();
});

afterAll(() => biot.close());

const log = { entityTypeName: 'generic-entity', name: 'device-log-file' };

describe('POST /emulator/templates', () => {
  it('adds a template, whose entities are told of to those who subscribe to it', async () => {
    const recorder = await startRecorder();
    const subscription = {
      entityTypeName: log.entityTypeName,
      actionName: '_create',
      endpoint: recorder.url,
    };
    const subscribe = (templateName: string) =>
      biot.call('POST /dispatcher/v1/hooks/notifications/subscribe', {
        body: { ...subscription, templateName },
      });
    await subscribe(log.name);
    await subscribe('another');

    const added = await biot.call(TEMPLATES, { token: null, body: log });
    const made = await biot.call(`POST /generic-entity/v3/generic-entities/${log.name}`, {
      body: { _name: 'first' },
    });

    const [event] = (await recorder.until(1)) as [{ data: { entity: Json } }];
    await recorder.close();
    const template = { id: UUID, name: log.name, displayName: log.name };
    expect([added.status, added.body]).toEqual([201, { ...template, entityTypeName: 'generic-entity' }]);
    expect((made.body as Json)._template).toEqual(template);
    expect(event.data.entity).toEqual(made.body);
  });

  it('takes the id that it has at BioT', async () => {
    const id = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

    await biot.call(TEMPLATES, {
      body: { entityTypeName: 'device', name: 'Pump', displayName: 'Pump 1', id },
    });

    const { body } = await biot.call('POST /device/v2/devices', { body: { _id: 'pump', _templateId: id } });
    expect((body as Json)._template).toEqual({ id, name: 'Pump', displayName: 'Pump 1' });
  });

  it.each([
    ['no entity type', { name: 'x' }, 400, 'BAD_REQUEST'],
    ['an unknown entity type', { entityTypeName: 'generic', name: 'x' }, 400, 'BAD_REQUEST'],
    ['no name', { entityTypeName: 'device' }, 400, 'BAD_REQUEST'],
    ['a name that is there', { entityTypeName: 'patient', name: 'Patient' }, 409, 'CONFLICT'],
  ])('refuses %s', async (_name, body, ...[status, code]) => {
    const answer = await biot.call(TEMPLATES, { body });

    expect([answer.status, answer.body]).toEqual([status, errorBody(String(code))]);
  });
});
