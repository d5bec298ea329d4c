import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult } from '../../deploy/doctor/check.ts';
import { type Environment, runCommandLine, startEmulatorProcess } from '../builders/commandLine.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { copyProject } from '../builders/project.ts';

const TIMEOUT_MS = 60_000;

describe('biot-plugin doctor', () => {
  const projectRoot = copyProject();

  const examine = async (env: Environment, args: string[] = []) => {
    const ran = await runCommandLine(projectRoot, ['doctor', '--json', ...args], { env });
    const { checks } = JSON.parse(ran.stdout) as { checks: CheckResult[] };
    const namesOf = (status: CheckResult['status']) =>
      checks.filter((check) => check.status === status).map(({ name }) => name);
    return { ...ran, checks, namesOf };
  };

  it(
    'skips the way to BioT with one line where no BioT is named',
    async () => {
      const { checks } = await examine({});

      const names = checks.map(({ name }) => name);
      expect(names.slice(names.indexOf('address'))).toEqual(['address']);
      expect(checks.at(-1)).toEqual({
        name: 'address',
        status: 'skipped',
        message: 'BIOT_CLI_BASE_URL is not set, so no BioT is looked at: see .env.example',
        ms: expect.any(Number),
      });
    },
    TIMEOUT_MS,
  );

  it(
    'ends with what to set where no BioT is named',
    async () => {
      const { stdout } = await runCommandLine(projectRoot, ['doctor'], { env: {} });

      expect(stdout).toMatch(/^warning {2}settings: No BIOT_CLI_ variable is set/m);
      expect(stdout.trimEnd()).toMatch(/warnings?; BioT was not looked at: set BIOT_CLI_BASE_URL$/);
    },
    TIMEOUT_MS,
  );

  it(
    'goes on after what is broken, names the broken hop, and ends with exit code 1',
    async () => {
      const env = { BIOT_CLI_BASE_URL: 'http://127.0.0.1:1', BIOT_CLI_PASSWORD: 'hunter2' };
      writeFileSync(join(projectRoot, 'plugin.broken.json'), '{"version":"one"}');

      const { code, stdout, checks, namesOf } = await examine(env, ['--env', 'broken']);

      const behind = checks.find(({ name }) => name === 'behind tcp');
      expect([code, namesOf('problem')]).toEqual([1, expect.arrayContaining(['plugin.json', 'tcp'])]);
      expect(behind?.message).toMatch(/^Not looked at: tls, biot, clock, login/);
      expect(stdout).not.toContain('hunter2');
    },
    TIMEOUT_MS,
  );

  it(
    'says it in lines for a person',
    async () => {
      const env = { BIOT_CLI_BASE_URL: 'https://api.nowhere.invalid' };

      const { code, stdout } = await runCommandLine(projectRoot, ['doctor'], { env });

      expect(code).toBe(1);
      expect(stdout).toMatch(/^ok {7}node: Node \d+/m);
      expect(stdout).toMatch(
        /^problem {2}dns: The name api\.nowhere\.invalid is not known here .*\n {9}Check/m,
      );
      expect(stdout).toMatch(/^\d+ problems?, (no|\d+) warnings?$/m);
    },
    TIMEOUT_MS,
  );
});

describeWithDocker('biot-plugin doctor, with an engine', () => {
  const projectRoot = copyProject();

  it(
    'finds no problem on the whole way to the registry of a BioT',
    async () => {
      const emulator = await startEmulatorProcess(projectRoot);

      const { stdout } = await runCommandLine(projectRoot, ['doctor', '--json'], { env: emulator.env });

      await emulator.interrupt();
      const { checks } = JSON.parse(stdout) as { checks: CheckResult[] };
      const way = checks.slice(checks.findIndex(({ name }) => name === 'address'));
      expect(way.map(({ name, status }) => `${name} ${status}`)).toEqual([
        ...['address ok', 'dns ok', 'tcp ok', 'tls ok', 'biot ok', 'clock ok', 'login ok'],
        ...['permission ok', 'credentials ok', 'ecr ok', 'registry ok'],
      ]);
    },
    TIMEOUT_MS,
  );
});
