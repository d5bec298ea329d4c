import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPluginFile, readPluginIdentity } from '../../deploy/pluginFile.ts';
import { failureOf } from '../builders/failure.ts';
import { createPluginFolder, MINIMAL } from '../builders/pluginFolder.ts';
import { PROJECT_ROOT } from '../builders/project.ts';

const PRE = { type: 'PRE_REQUEST', apiId: 'POST/device/v2/devices' };
const ADAPT = { type: 'ADAPT_ENTITY', entityTypeName: 'device' };
const CREATED = { entityTypeName: 'patient', actionName: '_create' };
const CRON = '"cronSchedule" in plugin.json must have';
const VARIABLE = '"environmentVariables.';
const NOT_A_NAME = 'is no name that Lambda takes: two or more letters, digits or _, a letter first';
const SET_BY_BIOT = (place: string, what: string) =>
  `"${place}" in plugin.json does not belong there: it is ${what}, and BioT sets it`;

const interceptions = (...items: unknown[]) => ({ subscriptions: { interceptions: items } });
const notifications = (...items: unknown[]) => ({ subscriptions: { notifications: items } });
const variables = (values: object) => ({ environmentVariables: values });

describe('readPluginFile', () => {
  const folder = createPluginFolder();
  const withoutSchema = createPluginFolder();
  const read = (change: object, environmentName?: string) => {
    folder.write('plugin.json', { ...MINIMAL, ...change });
    return readPluginFile(folder.path, environmentName);
  };
  const mistakesOf = async (change: object) => {
    const { message } = await failureOf(() => read(change));
    return message.split('\n').slice(message.includes('\n') ? 1 : 0);
  };

  it.each([
    ['the smallest', {}],
    ['$schema', { $schema: './plugin.schema.json' }],
    ['each limit', { version: 32_767, timeout: 900, memorySize: 10_240, ephemeralStorage: 512 }],
    ['a ZIP', { deploymentPackageType: 'ZIP', runtime: 'nodejs24.x', handler: 'index.handler' }],
    ['runtime and handler of an image', { runtime: 'nodejs24.x', handler: 'index.handler' }],
    ['no subscriptions', { subscriptions: {} }],
    ['empty subscriptions', { subscriptions: { interceptions: [], notifications: [] } }],
    ['all kinds of hooks', interceptions(PRE, ADAPT, { ...PRE, type: 'POST_REQUEST', order: 3 })],
    ['a narrowed API', interceptions({ ...PRE, apiId: 'POST/device/v2/devices/templates/My Type' })],
    ['two templates', notifications(CREATED, { ...CREATED, templateName: 'a' })],
    ['references', variables({ A_KEY: `\${KEY}`, TWO: `a \${B_C} \${d1} $ $x`, ITSELF: `$\${x y} $$\${` })],
    ['variables of AWS’s that are not reserved', variables({ AWS_LAMBDA_LOG_LEVEL: 'INFO', TZ: 'UTC' })],
    [
      'cors',
      { cors: { allowOrigins: ['*'], allowMethods: ['HEAD'], allowHeaders: [], exposeHeaders: ['x'] } },
    ],
    ['the rest', { enabledState: 'DISABLED', analyticsDbAccess: true, cronSchedule: '0 6 * * ? *' }],
  ])('takes %s', async (_what, change) => {
    const { $schema, ...fields }: Record<string, unknown> = { ...MINIMAL, ...change };

    const file = await read(change);

    expect(file).toEqual({ deploymentPackageType: 'IMAGE', ...fields });
  });

  it.each([
    [{ memorysize: 1 }, '"memorysize" is no field of plugin.json; did you mean "memorySize"?'],
    [
      { enviromentVariables: {} },
      '"enviromentVariables" is no field of plugin.json; did you mean "environmentVariables"?',
    ],
    [{ colour: 1 }, '"colour" is no field of plugin.json'],
    [{ imageTags: 1 }, '"imageTags" is no field of plugin.json'],
    [
      { imageTag: 'x' },
      '"imageTag" in plugin.json does not belong there: the tools put in the tag of the image that they pushed',
    ],
    [{ endpointUrl: 'x' }, SET_BY_BIOT('endpointUrl', 'the plugin’s own address')],
    [{ linkToConsole: 'x' }, SET_BY_BIOT('linkToConsole', 'a link to AWS')],
    [{ creationTime: 'x' }, SET_BY_BIOT('creationTime', 'when the plugin was made')],
    [{ lastModifiedTime: 'x' }, SET_BY_BIOT('lastModifiedTime', 'when the plugin was last changed')],
    [{ name: 'a plugin' }, '"name" in plugin.json must be 1 to 57 letters, digits, - or _'],
    [{ name: 'x'.repeat(58) }, '"name" in plugin.json must be 1 to 57 letters, digits, - or _'],
    [{ name: 1 }, '"name" in plugin.json must be 1 to 57 letters, digits, - or _'],
    [{ name: undefined }, '"name" is missing in plugin.json'],
    [{ displayName: '' }, '"displayName" in plugin.json must be text of 1 to 255 characters'],
    [{ version: '2' }, '"version" in plugin.json must be a whole number from 1 to 32767'],
    [{ version: 1.5 }, '"version" in plugin.json must be a whole number from 1 to 32767'],
    [{ timeout: 901 }, '"timeout" in plugin.json must be a whole number from 1 to 900'],
    [{ memorySize: 127 }, '"memorySize" in plugin.json must be a whole number from 128 to 10240'],
    [{ ephemeralStorage: 511 }, '"ephemeralStorage" in plugin.json must be a whole number from 512 to 10240'],
    [{ handler: 1 }, '"handler" in plugin.json must be text of 1 to 1024 characters'],
    [{ runtime: '' }, '"runtime" in plugin.json must be text of 1 to 50 characters'],
    [
      { deploymentPackageType: 'image' },
      '"deploymentPackageType" in plugin.json must be "IMAGE" or "ZIP"; did you mean "IMAGE"?',
    ],
    [
      { deploymentPackageType: { toString: 1 } },
      '"deploymentPackageType" in plugin.json must be "IMAGE" or "ZIP"',
    ],
    [variables({ AB: { toString: 1 } }), '"environmentVariables.AB" in plugin.json must be non-empty text'],
    [{ deploymentPackageType: 'JAR' }, '"deploymentPackageType" in plugin.json must be "IMAGE" or "ZIP"'],
    [{ enabledState: true }, '"enabledState" in plugin.json must be "ENABLED" or "DISABLED"'],
    [{ analyticsDbAccess: 'yes' }, '"analyticsDbAccess" in plugin.json must be true or false'],
    [{ environmentVariables: [] }, '"environmentVariables" in plugin.json must be an object'],
    [{ subscriptions: null }, '"subscriptions" in plugin.json must be an object'],
    [interceptions('x'), '"subscriptions.interceptions[0]" in plugin.json must be an object'],
    [{ subscriptions: { interceptions: {} } }, '"subscriptions.interceptions" in plugin.json must be a list'],
    [
      { subscriptions: { interceptor: [] } },
      '"subscriptions.interceptor" is no field of plugin.json; did you mean "interceptions"?',
    ],
    [interceptions({}), '"subscriptions.interceptions[0].type" is missing in plugin.json'],
    [
      interceptions({ ...PRE, type: 'PRE_REQEST' }),
      '"subscriptions.interceptions[0].type" in plugin.json must be "PRE_REQUEST", "POST_REQUEST" or "ADAPT_ENTITY"; did you mean "PRE_REQUEST"?',
    ],
    [
      interceptions({ type: 'POST_REQUEST' }),
      '"subscriptions.interceptions[0].apiId" is missing in plugin.json',
    ],
    [
      interceptions({ type: 'ADAPT_ENTITY' }),
      '"subscriptions.interceptions[0].entityTypeName" is missing in plugin.json',
    ],
    [
      interceptions(PRE, { ...ADAPT, apiId: PRE.apiId }),
      '"subscriptions.interceptions[1].apiId" in plugin.json is for PRE_REQUEST and POST_REQUEST only',
    ],
    [
      interceptions({ ...PRE, entityTypeName: 'device' }),
      '"subscriptions.interceptions[0].entityTypeName" in plugin.json is for ADAPT_ENTITY only',
    ],
    [
      interceptions({ ...PRE, apiId: 'POST /device/v2/devices' }),
      '"subscriptions.interceptions[0].apiId" in plugin.json must be a method and a path with nothing between, like POST/organization/v1/users/patients',
    ],
    [
      interceptions({ ...PRE, executionOrder: 1 }),
      '"subscriptions.interceptions[0].executionOrder" is no field of plugin.json',
    ],
    [
      interceptions({ ...PRE, order: 0 }),
      '"subscriptions.interceptions[0].order" in plugin.json must be a whole number from 1 to 2147483646',
    ],
    [
      { subscriptions: { interceptionOrder: 2_147_483_647 } },
      '"subscriptions.interceptionOrder" in plugin.json must be a whole number from 1 to 2147483646',
    ],
    [
      interceptions(PRE, ADAPT, { ...PRE, order: 9 }),
      '"subscriptions.interceptions[2]" in plugin.json is the same as "subscriptions.interceptions[0]"',
    ],
    [
      notifications(CREATED, CREATED),
      '"subscriptions.notifications[1]" in plugin.json is the same as "subscriptions.notifications[0]"',
    ],
    [
      notifications({ entityTypeName: 'patient' }),
      '"subscriptions.notifications[0].actionName" is missing in plugin.json',
    ],
    [
      notifications({ ...CREATED, action: '_create' }),
      '"subscriptions.notifications[0].action" is no field of plugin.json',
    ],
    [
      { cors: { allowOrigin: [] } },
      '"cors.allowOrigin" is no field of plugin.json; did you mean "allowOrigins"?',
    ],
    [
      { cors: { allowMethods: ['get'] } },
      '"cors.allowMethods[0]" in plugin.json must be "GET", "PUT", "POST", "DELETE", "HEAD" or "PATCH"; did you mean "GET"?',
    ],
    [{ cors: { exposeHeaders: ['a', 'a'] } }, '"cors.exposeHeaders" in plugin.json has the same twice'],
    [
      variables({ BIOT_X: '1' }),
      `${VARIABLE}BIOT_X" in plugin.json cannot be set: BioT keeps names that begin with BIOT_ for itself. Name it PLUGIN_… instead: the plugin reads its own switches under that name too`,
    ],
    [
      variables({ AWS_REGION: '1' }),
      `${VARIABLE}AWS_REGION" in plugin.json cannot be set: Lambda sets it itself`,
    ],
    [
      variables({ _HANDLER: '1' }),
      `${VARIABLE}_HANDLER" in plugin.json cannot be set: Lambda sets it itself`,
    ],
    [variables({ 'A-B': '1' }), `${VARIABLE}A-B" in plugin.json ${NOT_A_NAME}`],
    [variables({ X: '1' }), `${VARIABLE}X" in plugin.json ${NOT_A_NAME}`],
    [variables({ EMPTY: '' }), `${VARIABLE}EMPTY" in plugin.json must be non-empty text`],
    [variables({ NUMBER: 1 }), `${VARIABLE}NUMBER" in plugin.json must be non-empty text`],
    [
      variables({ OPEN: `a \${b c}` }),
      `${VARIABLE}OPEN" in plugin.json has a \${ without a name and } after it; write $\${ for the two characters themselves`,
    ],
    [
      { cronSchedule: 'cron(0 6 * * ? *)' },
      `${CRON} minutes of 0 to 59, like 0, 0/15 or 0,30, as its first field`,
    ],
    [
      { cronSchedule: '0 6 * * ?' },
      `${CRON} six fields with spaces between, minutes hours day-of-month month day-of-week year, and no cron() around them`,
    ],
    [{ cronSchedule: '0 6 * * * *' }, `${CRON} ? as day-of-month or as day-of-week, and not as both`],
    [{ cronSchedule: '0 6 ? * ? *' }, `${CRON} ? as day-of-month or as day-of-week, and not as both`],
    [
      { cronSchedule: '0 24 * * ? *' },
      `${CRON} hours of 0 to 23 (UTC), like 6, 8-17 or *, as its second field`,
    ],
    [
      { cronSchedule: '0 6 32 * ? *' },
      `${CRON} a day of the month of 1 to 31, *, ?, L, LW or like 15W as its third field`,
    ],
    [
      { cronSchedule: '0 6 * jan ? *' },
      `${CRON} months of 1 to 12 or JAN to DEC in capital letters as its fourth field`,
    ],
    [
      { cronSchedule: '0 6 ? * 0 *' },
      `${CRON} days of the week of 1 (Sunday) to 7 or SUN to SAT in capital letters, ?, L, like 6L or like 2#1 as its fifth field`,
    ],
    [{ cronSchedule: '0 6 * * ? 1969' }, `${CRON} years of 1970 to 2199 or * as its sixth field`],
  ])('says of %j what is wrong', async (change, mistake) => {
    const mistakes = await mistakesOf(change);

    expect(mistakes).toEqual([mistake]);
  });

  it.each(['allowOrigins', 'allowMethods', 'allowHeaders', 'exposeHeaders'])(
    'says what is wrong of %s that hold what cannot be compared',
    async (name) => {
      const mistakes = await mistakesOf({ cors: { [name]: [{ toString: 1 }, { toString: 1 }] } });

      expect(mistakes).toEqual([
        expect.stringContaining(`"cors.${name}[0]" in plugin.json must be `),
        expect.stringContaining(`"cors.${name}[1]" in plugin.json must be `),
      ]);
    },
  );

  it('tells all mistakes at once, with what to do', async () => {
    const failure = await failureOf(() => read({ name: 'a b', version: 0, timout: 1 }));

    expect(failure).toMatchObject({
      code: 'INVALID_PLUGIN_FILE',
      exitCode: 2,
      message: [
        '3 mistakes:',
        '"timout" is no field of plugin.json; did you mean "timeout"?',
        '"name" in plugin.json must be 1 to 57 letters, digits, - or _',
        '"version" in plugin.json must be a whole number from 1 to 32767',
      ].join('\n'),
      cure: 'Mend it and run the command again.',
    });
  });

  it('counts the bytes of all variables as Lambda does, and no reference', async () => {
    const longest = { LONG: 'x'.repeat(4085) };

    const file = await read(variables({ LONG: `${longest.LONG}\${A_KEY}` }));
    const mistakes = await mistakesOf(variables({ LONG: `${longest.LONG}x` }));

    expect(Buffer.byteLength(JSON.stringify(longest))).toBe(4096);
    expect(file).toMatchObject({ name: 'a-plugin' });
    expect(mistakes).toEqual([
      '"environmentVariables" in plugin.json has 4097 bytes, and Lambda takes 4096 in all',
    ]);
  });

  it('tells no value of a variable', async () => {
    const secret = 's3cr3t';
    const values = {
      EMPTY: '',
      OPEN: `${secret} \${`,
      'NO NAME': secret,
      LIST: [secret],
      LONG: secret.repeat(999),
    };

    const { message } = await failureOf(() => read(variables(values)));

    expect(message).toContain('OPEN');
    expect(message).not.toContain(secret);
  });

  it('joins plugin.NAME.json with it, and says which of the two has a mistake', async () => {
    folder.write('plugin.test.json', {
      memorysize: 1,
      environmentVariables: { X: '1' },
      subscriptions: { notifications: [{}] },
    });

    const { message } = await failureOf(() =>
      read({ timout: 1, environmentVariables: { Y: '1' }, ...interceptions({}) }, 'test'),
    );

    expect(message.split('\n').slice(1).toSorted()).toEqual([
      '"environmentVariables.X" in plugin.test.json is no name that Lambda takes: two or more letters, digits or _, a letter first',
      '"environmentVariables.Y" in plugin.json is no name that Lambda takes: two or more letters, digits or _, a letter first',
      '"memorysize" is no field of plugin.test.json; did you mean "memorySize"?',
      '"subscriptions.interceptions[0].type" is missing in plugin.json',
      '"subscriptions.notifications[0].actionName" is missing in plugin.test.json',
      '"subscriptions.notifications[0].entityTypeName" is missing in plugin.test.json',
      '"timout" is no field of plugin.json; did you mean "timeout"?',
    ]);
  });

  it('lets plugin.NAME.json have a part only, which takes the place of lists and values', async () => {
    folder.write('plugin.part.json', {
      displayName: 'Part',
      ...variables({ MORE: '2' }),
      ...notifications(),
    });

    const file = await read({ ...variables({ SOME: '1' }), ...notifications(CREATED) }, 'part');

    expect(file).toEqual({
      ...MINIMAL,
      displayName: 'Part',
      deploymentPackageType: 'IMAGE',
      environmentVariables: { SOME: '1', MORE: '2' },
      subscriptions: { notifications: [] },
    });
  });

  it('reads a file with the mark that Windows’ editors put in front', async () => {
    folder.write('plugin.json', `\uFEFF${JSON.stringify(MINIMAL)}`);

    const file = await readPluginFile(folder.path);

    expect(file.name).toBe('a-plugin');
  });

  it.each([
    ['plugin.json', '{"name":', 'plugin.json is not valid JSON: see line 1, column 9'],
    ['plugin.json', '\uFEFF{\r\n  "ü": s3cr3t\r\n}', 'plugin.json is not valid JSON: see line 2, column 8'],
    [
      'plugin.json',
      '{\n  "name": "a"\n  "version": 1\n}',
      'plugin.json is not valid JSON: see line 3, column 3',
    ],
    ['plugin.json', '', 'plugin.json is not valid JSON: see line 1, column 1'],
    ['plugin.json', '[]', 'plugin.json is not a JSON object'],
    ['plugin.broken.json', '{', 'plugin.broken.json is not valid JSON: see line 1, column 2'],
  ])('says of a %s with %j that it cannot be read', async (name, text, message) => {
    folder.write('plugin.json', MINIMAL);
    folder.write(name, text);

    const failure = await failureOf(() => readPluginFile(folder.path, 'broken'));

    expect(failure).toMatchObject({ code: 'INVALID_PLUGIN_FILE', message });
  });

  it.each([
    ['longer than 1000000 characters', ' '.repeat(1_000_001)],
    ['nested deeper than 50 levels', `{"a":${'['.repeat(9_999)}${']'.repeat(9_999)}}`],
  ])('takes no file that is %s', async (what, text) => {
    folder.write('plugin.json', text);

    const failure = await failureOf(() => readPluginFile(folder.path));

    expect(failure).toMatchObject({ code: 'INVALID_PLUGIN_FILE', message: `plugin.json is ${what}` });
  });

  it('says that the schema is not there', async () => {
    withoutSchema.write('plugin.json', MINIMAL);
    rmSync(join(withoutSchema.path, 'plugin.schema.json'));

    const failure = await failureOf(() => readPluginFile(withoutSchema.path));

    expect(failure).toMatchObject({ message: 'plugin.schema.json could not be read (ENOENT)' });
  });

  it('takes this project’s own', async () => {
    const file = await readPluginFile(PROJECT_ROOT);

    expect(file).toMatchObject({ name: 'my-plugin', deploymentPackageType: 'IMAGE' });
    expect(file).not.toHaveProperty('$schema');
  });
});

describe('readPluginIdentity', () => {
  const folder = createPluginFolder();

  it('tells the name and the variables that refer to others, whatever else is wrong', async () => {
    folder.write('plugin.json', {
      name: 'a',
      version: 'x',
      environmentVariables: { A: `\${B}`, C: 'd', E: { toString: 1 } },
    });

    const identity = await readPluginIdentity(folder.path);

    expect(identity).toEqual({ name: 'a', referring: new Set(['A']) });
  });
});
