import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../deploy/runProgram.ts';
import { copyProject } from '../builders/project.ts';

const TIMEOUT_MS = 60_000;

describe('npm run demo', () => {
  const projectRoot = copyProject();
  const bin = join(projectRoot, 'no-docker');
  const perform = join(projectRoot, 'src/interceptorPre/perform.ts');
  const original = readFileSync(perform, 'utf8');

  /** With a ZIP, as there is no docker on its PATH. */
  const demo = () =>
    runProgram(process.execPath, ['cli/demo.ts', '--json'], { cwd: projectRoot, env: { PATH: bin } });

  beforeAll(() => mkdirSync(bin));

  it(
    'ends well with the examples, and says what is next',
    async () => {
      const { code, stdout, stderr } = await demo();

      expect([code, JSON.parse(stdout).ok]).toEqual([0, true]);
      expect(stderr).toMatch(/Next: edit src\/interceptorPre\/perform\.ts, then npx biot-plugin invoke\n$/);
    },
    TIMEOUT_MS,
  );

  it(
    'says that the plugin refused its patient, and how to try one’s own',
    async () => {
      const refusal = "{ status: 400, code: 'NO_PHONE', message: 'A phone number is required.' }";
      writeFileSync(
        perform,
        original.replace('if (!isObject(body))', `throw new PluginError(${refusal});\n  $&`),
      );

      const { code, stdout } = await demo();

      writeFileSync(perform, original);
      expect([code, JSON.parse(stdout).error]).toEqual([
        6,
        {
          ...{ code: 'DEMO_REFUSED', exitCode: 6 },
          message: "The demo's patient was refused by your plugin: 400 NO_PHONE A phone number is required.",
          cure: expect.stringMatching(/npx biot-plugin invoke, or npm start\.$/),
        },
      ]);
    },
    TIMEOUT_MS,
  );
});
