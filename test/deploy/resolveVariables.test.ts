import type { PluginFile } from '../../deploy/pluginFile.ts';
import { resolveVariables } from '../../deploy/resolveVariables.ts';
import { failureOf } from '../builders/failure.ts';
import { MINIMAL } from '../builders/pluginFolder.ts';

const fileWith = (environmentVariables: Record<string, string>): PluginFile => ({
  ...MINIMAL,
  deploymentPackageType: 'IMAGE',
  environmentVariables,
});

describe('resolveVariables', () => {
  it.each([
    ['text as it is', 'info', 'info'],
    ['a reference', `\${COLOUR}`, 'blue'],
    ['several with text around', `a \${COLOUR}-\${SIZE} b`, 'a blue-10 b'],
    ['what stands for the sign itself', `$\${COLOUR}`, `\${COLOUR}`],
    ['the sign itself before a reference', `$\${\${SIZE}`, `\${10`],
    ['a dollar before the sign itself', `$$\${SIZE}`, `$\${SIZE}`],
    ['dollars without a bracket', 'a $ $COLOUR $$', 'a $ $COLOUR $$'],
    ['a value that looks like a reference, once', `\${NESTED}`, `\${COLOUR} $&`],
  ])('resolves %s', (_what, written, expected) => {
    const variables = { COLOUR: 'blue', SIZE: '10', NESTED: `\${COLOUR} $&` };

    const { file } = resolveVariables(fileWith({ SETTING: written }), variables);

    expect(file).toEqual(fileWith({ SETTING: expected }));
  });

  it('leaves the file it is given as it is', () => {
    const file = fileWith({ SETTING: `\${COLOUR}` });

    resolveVariables(file, { COLOUR: 'blue' });

    expect(file).toEqual(fileWith({ SETTING: `\${COLOUR}` }));
  });

  it('takes a file without variables', () => {
    const { environmentVariables: _none, ...file } = fileWith({});

    const resolved = resolveVariables(file, {});

    expect(resolved).toEqual({ file, secrets: new Set() });
  });

  it('says which are secrets: those with references, and those that look like it', () => {
    const file = fileWith({
      LOG_LEVEL: 'info',
      COLOUR: `\${COLOUR}`,
      API_KEY: 'abc',
      DATABASE: 'postgres://user:geheim@db.example.com/x',
      PRICE: `$\${10}`,
    });

    const { secrets } = resolveVariables(file, { COLOUR: 'blue' });

    expect([...secrets].toSorted()).toEqual(['API_KEY', 'COLOUR', 'DATABASE']);
  });

  it('names all that are missing or empty at once, with where each is needed', async () => {
    const file = fileWith({ A: `\${ONE} \${TWO}`, B: `\${ONE}`, C: `\${THREE}`, D: `\${FOUR}` });

    const failure = await failureOf(() => resolveVariables(file, { TWO: '', THREE: ' ', FOUR: '4' }));

    expect(failure).toMatchObject({
      code: 'MISSING_VARIABLE',
      exitCode: 2,
      message:
        'plugin.json refers to what is not set: ONE (for "environmentVariables.A"), TWO (for "environmentVariables.A"), ONE (for "environmentVariables.B"), THREE (for "environmentVariables.C")',
      cure: 'Set it in the environment or in .env.local; with --env NAME in .env.NAME or .env.NAME.local.',
    });
  });

  it('takes for missing what only every object has', async () => {
    const file = fileWith({ A: `\${constructor}`, B: `\${__proto__}`, C: `\${toString}` });

    const failure = await failureOf(() => resolveVariables(file, {}));

    expect(failure).toMatchObject({
      code: 'MISSING_VARIABLE',
      message: expect.stringContaining('constructor (for "environmentVariables.A")'),
    });
  });

  it('gives no plugin the login of the person who deploys it', async () => {
    const file = fileWith({ A: `\${BIOT_CLI_PASSWORD}`, B: `\${BIOT_CLI_TOKEN}`, C: `$\${BIOT_CLI_TOKEN}` });

    const failure = await failureOf(() => resolveVariables(file, { BIOT_CLI_PASSWORD: 'geheim' }));

    expect(failure).toMatchObject({
      code: 'VARIABLE_NOT_FOR_PLUGINS',
      exitCode: 2,
      message:
        'BIOT_CLI_ variables are your own login and are not given to a plugin: BIOT_CLI_PASSWORD (for "environmentVariables.A"), BIOT_CLI_TOKEN (for "environmentVariables.B")',
    });
  });

  it('counts what is sent, and takes no more than Lambda', async () => {
    const variables = { LONG: 'x'.repeat(4093) };
    const file = fileWith({ A: `\${LONG}` });

    const failure = await failureOf(() => resolveVariables(file, variables));

    expect(failure).toMatchObject({ code: 'VARIABLES_TOO_LONG', exitCode: 2 });
    expect(failure.message).toBe('"environmentVariables" has 4101 bytes, and Lambda takes 4096 in all');
  });
});
