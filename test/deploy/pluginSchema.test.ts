import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { isCronSchedule } from '../../emulator/settings/cronSchedule.ts';
import type { PluginConfig, PluginInterception, PluginNotification } from '../../emulator/state.ts';
import {
  type Answer,
  errorBody,
  PLUGINS,
  pluginForm,
  startTestEmulator,
  type TestEmulator,
  zip,
} from '../builders/emulator.ts';
import { PROJECT_ROOT } from '../builders/project.ts';

type Schema = {
  description?: string;
  type?: string;
  additionalProperties?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  not?: object;
};

const schema: Schema = JSON.parse(readFileSync(join(PROJECT_ROOT, 'plugin.schema.json'), 'utf8'));

type Place = { name: string; schema: Schema };

/** All fields, those of items too, like `subscriptions.interceptions[].type`. */
const placesOf = (at: Schema, name = ''): Place[] => [
  ...Object.entries(at.properties ?? {}).flatMap(([key, inner]) => {
    const place = { name: name ? `${name}.${key}` : key, schema: inner };
    return [place, ...placesOf(inner, place.name)];
  }),
  ...(at.items ? placesOf(at.items, `${name}[]`) : []),
];
const places = placesOf(schema);
const refused = places.filter(({ schema: { not } }) => not).map(({ name }) => name);

/** By these types, a field that the local BioT comes to know does not compile here before it stands in the list. */
const interception: Required<PluginInterception> = {
  type: 'PRE_REQUEST',
  apiId: 'POST/device/v2/devices',
  entityTypeName: 'device',
  order: 3,
};
const notification: Required<PluginNotification> = {
  entityTypeName: 'patient',
  actionName: '_create',
  templateName: 'a',
};
const config: Required<PluginConfig> = {
  name: 'whole',
  displayName: 'Whole',
  version: 1,
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  timeout: 9,
  memorySize: 256,
  ephemeralStorage: 1024,
  environmentVariables: { COLOUR: 'blue' },
  subscriptions: { interceptionOrder: 2, interceptions: [interception], notifications: [notification] },
  enabledState: 'DISABLED',
  cronSchedule: '0 6 * * ? *',
  deploymentPackageType: 'ZIP',
  analyticsDbAccess: true,
  cors: { allowOrigins: ['*'], allowMethods: ['GET'], allowHeaders: ['x'], exposeHeaders: ['y'] },
};

const fieldsOf = (value: unknown, name = ''): string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, `${name}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = name ? `${name}.${key}` : key;
    return [place, ...(place === 'environmentVariables' ? [] : fieldsOf(inner, place))];
  });
};

describe('plugin.schema.json', () => {
  it('is a schema of draft 07 that no strict reader stumbles over', () => {
    const ajv = new Ajv({ strict: true, strictRequired: false });
    ajv.addVocabulary(['errorMessage', 'patternErrorMessage', 'doNotSuggest']);

    const validate = ajv.compile(schema);

    expect(validate(JSON.parse(readFileSync(join(PROJECT_ROOT, 'plugin.json'), 'utf8')))).toBe(true);
  });

  it('describes each field', () => {
    const silent = places.filter(({ schema: { description } }) => !description).map(({ name }) => name);

    expect(silent).toEqual([]);
  });

  it('knows no other fields anywhere', () => {
    const objects = [{ name: '', schema }, ...places].flatMap(({ name, schema: at }) =>
      [at, at.items].flatMap((one) => (one?.type === 'object' ? { name, schema: one } : [])),
    );
    const open = objects.filter(
      ({ schema: { additionalProperties, properties } }) => properties && additionalProperties !== false,
    );

    expect(objects.map(({ name }) => name)).toEqual([
      ...['', 'environmentVariables', 'subscriptions', 'subscriptions.interceptions'],
      ...['subscriptions.notifications', 'cors'],
    ]);
    expect(open).toEqual([]);
  });

  it('has each field of the plugin API, and none that BioT does not know', () => {
    const known = places.map(({ name }) => name).filter((name) => !refused.includes(name));

    expect(known.toSorted()).toEqual(['$schema', ...fieldsOf(config)].toSorted());
  });

  it.each([
    '* * * * ? *',
    '0/5 * * * ? *',
    '*/5 * * * ? *',
    '0,30 8-17 ? * MON-FRI *',
    '0/30 20-2 ? * MON-FRI *',
    '0 10 ? * 6#3 *',
    '0 10 ? * 6L *',
    '0 10 ? * L 2030',
    '0 10 L * ? *',
    '0 10 LW * ? *',
    '0  12  15W * ? *',
    '45 1/12 1-5 JAN,OCT ? 2026-2030',
  ])('takes the schedule %s, as the local BioT does', (schedule) => {
    expect([isValid(schedule), isCronSchedule(schedule)]).toEqual([true, true]);
  });

  it.each([
    'cron(0 6 * * ? *)',
    'rate(5 minutes)',
    '0 6 * * ?',
    '0 6 * * ? * *',
    '0 12 * * * *',
    '0 12 ? * ? *',
    '0 12 ? * sun *',
    '0 12 ? * 0 *',
    '0 12 ? * 8 *',
    '60 * * * ? *',
    '0 24 * * ? *',
    '0 0 0 * ? *',
    '0 0 1 13 ? *',
    '0 0 * * ? 2200',
    '0\t12 * * ? *',
    ' 0 12 * * ? *',
    '0 12 * * ? * ',
    '0 1-10/2 * * ? *',
    '0 1, * * ? *',
    '0 12 ? * MON,L *',
    '',
  ])('refuses the schedule %j, as the local BioT does', (schedule) => {
    expect([isValid(schedule), isCronSchedule(schedule)]).toEqual([false, false]);
  });
});

const isValid = (cronSchedule: string): boolean =>
  new Ajv({ strict: false }).validate(schema, { name: 'a', displayName: 'A', version: 1, cronSchedule });

describe('plugin.schema.json and the plugin API', () => {
  let emulator: TestEmulator;
  const create = (sent: object): Promise<Answer> =>
    emulator.call(`POST ${PLUGINS}`, { body: pluginForm(sent, zip('exports.handler = () => ({})')) });

  beforeAll(async () => {
    emulator = await startTestEmulator();
  });

  afterAll(async () => {
    await emulator?.close();
  });

  it('refuse nothing but what BioT sets by itself', async () => {
    const { entityTypeName: _none, ...api } = interception;
    const sent = { ...config, subscriptions: { ...config.subscriptions, interceptions: [api] } };

    const { status, body } = await create(sent);

    const added = fieldsOf(body).filter((name) => !fieldsOf(sent).includes(name));
    expect({ status, body }).toMatchObject({ status: 201, body: sent });
    expect([...added, 'imageTag'].toSorted()).toEqual(refused.toSorted());
  });

  it('both keep the same order for BioT', async () => {
    const order = 2_147_483_647;

    const { status, body } = await create({
      ...config,
      name: 'last',
      subscriptions: { interceptionOrder: order },
    });

    expect({ status, body }).toEqual({
      status: 400,
      body: errorBody('INTERCEPTION_ORDER_CANNOT_BE_RESERVED_ORDER', { order, reservedOrder: order }),
    });
  });
});
