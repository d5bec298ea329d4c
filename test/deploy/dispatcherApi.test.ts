import { connect } from '../../deploy/connect.ts';
import { createDispatcherApi, type DispatcherApi, type Subscription } from '../../deploy/dispatcherApi.ts';
import { startTestEmulator, type TestEmulator } from '../builders/emulator.ts';

const endpoint = 'https://plugin.example.com/';
const created: Subscription = {
  kind: 'notification',
  endpoint,
  entityTypeName: 'patient',
  actionName: '_create',
};
const ofTemplate: Subscription = { ...created, templateName: 'Adult' };
const pre: Subscription = {
  kind: 'interception',
  endpoint,
  type: 'PRE_REQUEST',
  apiId: 'POST/organization/v1/users/patients/templates/{templateName}',
  pathFilters: { templateName: 'Adult' },
  executionOrder: 4,
};
const adapt: Subscription = {
  kind: 'interception',
  endpoint,
  type: 'ADAPT_ENTITY',
  entityName: 'patient',
  executionOrder: 2,
};

describe('createDispatcherApi', () => {
  let emulator: TestEmulator;
  let api: DispatcherApi;

  beforeAll(async () => {
    emulator = await startTestEmulator();
    const { baseUrl, username, password } = emulator;
    api = createDispatcherApi(connect({ baseUrl, username, password }, undefined));
  });

  afterAll(() => emulator.close());

  afterEach(async () => {
    for (const each of await api.list()) await api.unsubscribe(each);
  });

  const sorted = async () => (await api.list()).map((each) => JSON.stringify(each)).sort();

  it('subscribes both kinds and lists them as they were subscribed', async () => {
    const all = [created, ofTemplate, pre, adapt];
    for (const each of all) await api.subscribe(each);

    const listed = await api.list();

    expect(listed).toHaveLength(4);
    expect(listed).toEqual(expect.arrayContaining(all));
  });

  it('takes one that is there for subscribed, and gives it the order', async () => {
    for (const each of [created, pre]) await api.subscribe(each);

    for (const each of [created, { ...pre, executionOrder: 9 }]) await api.subscribe(each);

    expect((await api.list()).map((each) => ('executionOrder' in each ? each.executionOrder : each))).toEqual(
      expect.arrayContaining([9, created]),
    );
    expect(await sorted()).toHaveLength(2);
  });

  it('unsubscribes just the one that is named, and takes one that is not there for unsubscribed', async () => {
    for (const each of [created, ofTemplate, pre, adapt]) await api.subscribe(each);

    for (const each of [ofTemplate, ofTemplate, pre, pre]) await api.unsubscribe(each);

    expect(await sorted()).toEqual([adapt, created].map((each) => JSON.stringify(each)).sort());
  });

  it('lists more than a page', async () => {
    const many = Array.from({ length: 201 }, (_, i) => ({ ...created, endpoint: `${endpoint}${i}` }));
    for (const each of many) await api.subscribe(each);

    const listed = await api.list();

    expect(listed).toHaveLength(201);
    expect(listed).toEqual(expect.arrayContaining(many));
  });

  it('throws what BioT refuses', async () => {
    const subscribing = api.subscribe({ ...created, actionName: '_noSuch' });

    await expect(subscribing).rejects.toMatchObject({
      details: { status: 400, code: 'INVALID_ACTION_NAME' },
    });
  });
});
