import { checkCatalogue } from '../../deploy/checkCatalogue.ts';
import { connect } from '../../deploy/connect.ts';
import type { Interception, Notification } from '../../deploy/pluginFile.ts';
import { type BiotServer, biotError, startBiotServer } from '../builders/biotServer.ts';
import { startTestEmulator, type TestEmulator } from '../builders/emulator.ts';
import { failureOf } from '../builders/failure.ts';
import { MINIMAL } from '../builders/pluginFolder.ts';

const INTERCEPTIONS = 'GET /settings/v1/interceptions';
const ACTIONS = 'GET /settings/v2/entity-types/action-notifications';

const pre = (apiId: string): Interception => ({ type: 'PRE_REQUEST', apiId });
const adapt = (entityTypeName: string): Interception => ({ type: 'ADAPT_ENTITY', entityTypeName });
const tell = (entityTypeName: string, actionName: string): Notification => ({ entityTypeName, actionName });

const check = async (baseUrl: string, token: string, subscriptions: object) => {
  const warnings: string[] = [];
  const file = { ...MINIMAL, deploymentPackageType: 'ZIP' as const, subscriptions };
  await checkCatalogue(connect({ baseUrl, token }, undefined), file, (line) => void warnings.push(line));
  return warnings;
};

describe('checkCatalogue', () => {
  let emulator: TestEmulator;
  const checkHere = (subscriptions: object) => check(emulator.baseUrl, emulator.token, subscriptions);

  beforeAll(async () => {
    emulator = await startTestEmulator();
  });

  afterAll(async () => {
    await emulator?.close();
  });

  it.each([
    ['nothing', {}],
    ['an API with its parameter', { interceptions: [pre('GET/organization/v1/users/patients/{id}')] }],
    ['an API for one value', { interceptions: [pre('POST/device/v2/devices/templates/My Type')] }],
    ['an API of the last page', { interceptions: [pre('POST/organization/v1/users/patients')] }],
    ['an entity', { interceptions: [adapt('device-alert')] }],
    ['an action', { notifications: [tell('patient', '_updateEnabledState')] }],
  ])('takes %s', async (_what, subscriptions) => {
    const warnings = await checkHere(subscriptions);

    expect(warnings).toEqual([]);
  });

  it('names each that BioT does not know, with its place and the nearest', async () => {
    const failure = await failureOf(() =>
      checkHere({
        interceptions: [
          pre('POST/device/v2/devices'),
          pre('POST/device/v1/devices'),
          pre('GET/organization/v1/users/patients/{patientId}'),
          pre('GET/nothing'),
          adapt('patients'),
          adapt('session'),
        ],
        notifications: [
          tell('patient', '_create'),
          tell('pateint', '_create'),
          tell('patient', '_udpate'),
          tell('device', '_login'),
        ],
      }),
    );

    expect(failure).toMatchObject({
      code: 'UNKNOWN_SUBSCRIPTION',
      exitCode: 2,
      message: [
        'This BioT does not know what plugin.json subscribes to',
        '"subscriptions.interceptions[1].apiId": there is no API POST/device/v1/devices; did you mean "POST/device/v2/devices"?',
        '"subscriptions.interceptions[2].apiId": there is no API GET/organization/v1/users/patients/{patientId}; did you mean "GET/organization/v1/users/patients/{id}"?',
        '"subscriptions.interceptions[3].apiId": there is no API GET/nothing',
        '"subscriptions.interceptions[4].entityTypeName": there is no patients to adapt; did you mean "patient"?',
        '"subscriptions.interceptions[5].entityTypeName": there is no session to adapt',
        '"subscriptions.notifications[1].entityTypeName": there is no pateint; did you mean "patient"?',
        '"subscriptions.notifications[2].actionName": of patient there is no _udpate; did you mean "_update"?',
        '"subscriptions.notifications[3].actionName": of device there is no _login',
      ].join('\n'),
      cure: 'See what there is: npx biot-plugin interceptions, npx biot-plugin actions',
    });
  });
});

describe('checkCatalogue of another BioT', () => {
  const all = {
    interceptions: [pre('POST/device/v2/devices'), adapt('device')],
    notifications: [tell('device', '_create')],
  };
  let server: BiotServer;
  const checkThere = (subscriptions: object) => check(server.baseUrl, 'a-token', subscriptions);
  const actions = (actionName: string) => ({
    body: {
      entityTypes: [{ entityName: 'device', entityDisplayName: 'D', actionName, actionDisplayName: 'A' }],
    },
  });

  beforeEach(async () => {
    server = await startBiotServer();
    server.route(INTERCEPTIONS, {
      body: {
        data: [{ apiId: 'POST/device/v2/devices', entityTypeName: 'device', servicePrefix: 'device' }],
      },
    });
    server.route(ACTIONS, actions('_create'));
  });

  afterEach(() => server.close());

  it('asks for what the file has only', async () => {
    await checkThere({ notifications: [], interceptions: [adapt('device')] });

    expect([server.count(INTERCEPTIONS), server.count(ACTIONS)]).toEqual([1, 0]);
  });

  it.each([
    ['CREATE', '_create'],
    ['Create', '_create'],
    ['UPDATE_ENABLED_STATE', '_updateEnabledState'],
    ['UpdateEnabledState', '_updateEnabledState'],
    ['UPDATEENABLEDSTATE', '_updateEnabledState'],
    ['_updateEnabledState', '_updateEnabledState'],
  ])('takes %s in the list for %s', async (listed, actionName) => {
    server.route(ACTIONS, actions(listed));

    const warnings = await checkThere({ notifications: [tell('device', actionName)] });

    expect(warnings).toEqual([]);
  });

  it('takes the entities of APIs where none is listed for itself', async () => {
    const failure = await failureOf(() => checkThere({ interceptions: [adapt('device'), adapt('patient')] }));

    expect(failure.message.split('\n').slice(1)).toEqual([
      '"subscriptions.interceptions[1].entityTypeName": there is no patient to adapt',
    ]);
  });

  it.each([
    ['who may not see the lists', biotError(403, 'FORBIDDEN'), 'you may not see its list'],
    ['whose BioT has none', biotError(404, 'NOT_FOUND'), 'it has no list of them'],
    ['whose BioT has empty ones', { body: { data: [], entityTypes: [] } }, 'the list of this BioT is empty'],
  ])('lets one deploy %s, and says so', async (_who, answer, why) => {
    server.route(INTERCEPTIONS, answer);
    server.route(ACTIONS, answer);

    const warnings = await checkThere(all);

    expect(warnings.toSorted()).toEqual([
      `The interceptions of plugin.json are not checked before they are sent: ${why}.`,
      `The notifications of plugin.json are not checked before they are sent: ${why}.`,
    ]);
  });

  it('does not go on when BioT fails otherwise', async () => {
    server.route(ACTIONS, biotError(500, 'INTERNAL_SERVER_ERROR'));

    const failure = await failureOf(() => checkThere(all));

    expect(failure).toMatchObject({ code: 'CALL_TO_API_FAILED' });
  });
});
