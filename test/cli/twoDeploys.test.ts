import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createApiCaller,
  type RunningEmulator,
  runCommandLine,
  startEmulatorProcess,
} from '../builders/commandLine.ts';
import { type Json, PLUGINS } from '../builders/emulator.ts';
import { copyProject } from '../builders/project.ts';

describe('two people who deploy the same plugin', () => {
  const [one, other] = [copyProject('one'), copyProject('the other')];
  const ZIP = { name: 'shared', deploymentPackageType: 'ZIP' };
  let emulator: RunningEmulator;

  const change = (projectRoot: string, file: Json) => {
    const path = join(projectRoot, 'plugin.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...ZIP, ...file }));
  };
  const deploy = async (projectRoot: string, ...args: string[]) => {
    const { code, stdout } = await runCommandLine(projectRoot, ['deploy', '--json', ...args], {
      env: emulator.env,
    });
    return { code, result: JSON.parse(stdout) };
  };
  const releasesOf = (projectRoot: string) =>
    readFileSync(join(projectRoot, '.biot/releases.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).version as number);

  beforeAll(async () => {
    emulator = await startEmulatorProcess(one, ['--launcher', 'process']);
  }, 60_000);

  afterAll(async () => {
    await emulator?.interrupt();
  });

  it('at once: one of them is done, the other is told, and nothing of either is mixed', async () => {
    change(one, { memorySize: 256, displayName: 'one' });
    change(other, { memorySize: 512, displayName: 'other' });

    const both = await Promise.all([deploy(one), deploy(other)]);
    const { body } = await (await createApiCaller(emulator))('GET', `${PLUGINS}/Plugin-shared`);

    const done = both.filter(({ code }) => code === 0);
    const told = both.filter(({ code }) => code === 4);
    expect([done.length, told.length]).toEqual([1, 1]);
    expect(told[0]?.result.error).toMatchObject({ cure: expect.stringContaining('npx biot-plugin plan') });
    expect(body).toMatchObject({
      version: 1,
      ...(body.displayName === 'one'
        ? { displayName: 'one', memorySize: 256 }
        : { displayName: 'other', memorySize: 512 }),
    });
    expect(done[0]?.result).toEqual(body);
  });

  it('one after the other: the second is asked, and goes on from there when agreed', async () => {
    const first = await deploy(one, '--yes');
    const second = await deploy(other, '--yes');
    change(one, { displayName: 'one again', memorySize: 300 });

    const asked = await deploy(one);
    const agreed = await deploy(one, '--yes');

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(asked).toMatchObject({ code: 4, result: { error: { code: 'DEPLOYED_ELSEWHERE' } } });
    expect(agreed).toMatchObject({ code: 0, result: { displayName: 'one again', memorySize: 300 } });
    expect(releasesOf(one).at(-1)).toBe(agreed.result.version);
  });
});
