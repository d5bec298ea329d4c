import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Failure } from '../../deploy/failure.ts';
import { type PluginFile, readPluginFile, readPluginIdentity } from '../../deploy/pluginFile.ts';
import { resolveVariables } from '../../deploy/resolveVariables.ts';
import { FUZZ_TIMEOUT_MS, holds } from '../builders/fuzz.ts';
import { expectUnpolluted } from '../builders/inShape.ts';
import { damaged } from '../builders/oddEvents.ts';
import { deepJson, edited, oddJson, oddName, oddText, withOddLeaves } from '../builders/oddValues.ts';
import { createPluginFolder, MINIMAL } from '../builders/pluginFolder.ts';
import { PROJECT_ROOT } from '../builders/project.ts';

/** The value of a variable, which no message may quote. */
const SECRET = 's3cr3t-of-the-clinic';
const VARIABLES = { API_KEY: SECRET, REFERRING: `\${CLINIC_KEY} ${SECRET}`, ITSELF: `$\${${SECRET}` };
const OURS = JSON.parse(readFileSync(join(PROJECT_ROOT, 'plugin.json'), 'utf8'));
const FULL = {
  ...OURS,
  environmentVariables: VARIABLES,
  analyticsDbAccess: true,
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  cors: { allowOrigins: ['*'], allowMethods: ['GET'], allowHeaders: [], exposeHeaders: ['x'] },
};

const json = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> => value.map((one) => JSON.stringify(one));
const atLimits = fc.constantFrom<unknown>(
  0,
  1,
  900,
  901,
  127,
  128,
  511,
  512,
  10_240,
  10_241,
  32_767,
  32_768,
  1.5,
  '1',
  null,
);
const changedNumbers = fc
  .record({ version: atLimits, timeout: atLimits, memorySize: atLimits }, { requiredKeys: [] })
  .map((numbers) => ({ ...FULL, ...numbers }));
const changedFile = fc.oneof(
  changedNumbers,
  edited(FULL),
  withOddLeaves(FULL),
  edited(MINIMAL),
  withOddLeaves(MINIMAL),
);
const anyText = fc.oneof(
  json(oddJson),
  oddText,
  damaged(JSON.stringify(FULL, undefined, 2)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  deepJson,
  fc
    .tuple(fc.constantFrom(...Object.keys(FULL)), deepJson)
    .map(([name, deep]) => `{"name":"a","${name}":${deep}}`),
);

/** What the work gives; undefined for a Failure as a person can use it. @throws whatever else was thrown */
async function orFailure<Result>(work: () => Result | Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, cure, exitCode } = error;
    expect([code, exitCode]).toEqual([expect.stringMatching(/^[A-Z_]+$/), 2]);
    expect(message).not.toBe('');
    expect(cure).toMatch(/\.$/);
    expect(`${message} ${cure}`).not.toContain(SECRET);
    return undefined;
  }
}

describe('reading plugin.json', () => {
  const folder = createPluginFolder();
  let taken = 0;
  let refused = 0;

  const read = async (text: string, overlay: string) => {
    folder.write('plugin.json', text);
    folder.write('plugin.clinic.json', overlay);
    const file = await orFailure(() => readPluginFile(folder.path, 'clinic'));
    const identity = await orFailure(() => readPluginIdentity(folder.path, 'clinic'));
    if (file === undefined) refused++;
    else taken++;
    return { file, identity };
  };

  it(
    'gives a plugin that BioT can take, or says what is wrong without a value of a variable, of any text',
    () =>
      holds(
        fc.asyncProperty(anyText, async (text) => {
          const { file } = await read(text, '{}');

          if (file) expectTakeable(file);
          expectUnpolluted();
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it(
    'gives a plugin that BioT can take, or says what is wrong without a value of a variable, of a changed file',
    () =>
      holds(
        fc.asyncProperty(changedFile, fc.oneof(fc.constant({}), changedFile), async (below, above) => {
          const { file, identity } = await read(JSON.stringify(below), JSON.stringify(above));

          if (file) expectTakeable(file);
          if (file) expect(identity?.name).toBe(file.name);
          expectUnpolluted();
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it(
    'puts values in the place of references, or names what is missing, whatever they are called',
    () => {
      const name = fc.oneof(
        oddName,
        fc.stringMatching(/^[A-Za-z_]\w{0,5}$/),
        fc.constant('BIOT_CLI_PASSWORD'),
      );
      const text = fc.array(
        fc.oneof(
          oddText,
          name.map((one) => `\${${one}}`),
          fc.constant('$${'),
        ),
        { maxLength: 4 },
      );
      const values = fc.dictionary(name, fc.constantFrom(SECRET, '', ' '));
      return holds(
        fc.asyncProperty(
          fc.dictionary(
            oddName,
            text.map((parts) => parts.join('')),
          ),
          values,
          async (written, given) => {
            const file = {
              ...MINIMAL,
              deploymentPackageType: 'IMAGE' as const,
              environmentVariables: written,
            };

            const resolved = await orFailure(() => resolveVariables(file, given));

            const sent = resolved?.file.environmentVariables ?? {};
            for (const [variable, value] of Object.entries(sent)) {
              expect(typeof value).toBe('string');
              if (value.includes(SECRET)) expect(resolved?.secrets.has(variable)).toBe(true);
            }
            expectUnpolluted();
          },
        ),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it('has met both', () => {
    expect([taken > 0, refused > 0]).toEqual([true, true]);
  });
});

/** The limits of BioT and Lambda, told once more. */
function expectTakeable(file: PluginFile): void {
  const between = (value: unknown, least: number, most: number) =>
    value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most);
  const isVariable = ([name, value]: [string, unknown]) =>
    /^(?!BIOT_|AWS_REGION$)[A-Za-z]\w+$/.test(name) && typeof value === 'string' && value !== '';

  expect(file).not.toHaveProperty('$schema');
  expect(file.name).toMatch(/^[\w-]{1,57}$/);
  expect([typeof file.displayName, file.displayName.length > 0]).toEqual(['string', true]);
  expect(file.version !== undefined && between(file.version, 1, 32_767)).toBe(true);
  expect(['IMAGE', 'ZIP']).toContain(file.deploymentPackageType);
  expect(between(file.timeout, 1, 900) && between(file.memorySize, 128, 10_240)).toBe(true);
  expect(Object.entries(file.environmentVariables ?? {}).every(isVariable)).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(file.environmentVariables ?? {}))).toBeLessThanOrEqual(4_096 + 200);
  expect(Object.keys(file).every((name) => Object.hasOwn(FULL, name))).toBe(true);
}
