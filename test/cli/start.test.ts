import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../deploy/runProgram.ts';
import {
  type Development,
  npmStartCommand,
  startCommand,
  startDevelopment,
} from '../builders/development.ts';
import { newPatient, PATIENTS } from '../builders/emulator.ts';
import { copyProject } from '../builders/project.ts';

describe('npm start', () => {
  const projectRoot = copyProject();
  const pathOf = (file: string) => join(projectRoot, file);
  const perform = pathOf('src/interceptorPre/perform.ts');
  const pluginFile = pathOf('plugin.json');
  const original = { perform: readFileSync(perform, 'utf8'), pluginFile: readFileSync(pluginFile, 'utf8') };
  /** The interceptor writes this into the e-mail address. */
  const answering = (mark: string) =>
    original.perform.replace('toLowerCase()', `toLowerCase().concat('${mark}')`);
  let development: Development;

  const save = async (file: string, text: string) => {
    const swapped = development.said(/swapped in \d+ ms/);
    writeFileSync(file, text);
    await swapped;
  };

  beforeAll(async () => {
    development = await startDevelopment(projectRoot);
  }, 60_000);

  afterAll(async () => {
    await development?.interrupt();
  });

  it('runs this plugin at its hooks', async () => {
    const patient = await development.createPatient('JANE@example.com');

    expect(patient).toEqual({ status: 201, email: 'jane@example.com' });
  });

  it('swaps it at a save', async () => {
    await save(perform, answering('.saved'));

    const patient = await development.createPatient();

    expect(patient).toEqual({ status: 201, email: 'jane@example.com.saved' });
  });

  it('says how long the swap took, and which version runs', async () => {
    await save(perform, answering('.d'));

    const { version } = (await development.call('GET', '/settings/v2/plugins/my-plugin')).body;

    expect(development.lines.findLast((line) => line.includes('swapped'))).toMatch(
      new RegExp(`^my-plugin ${version} swapped in \\d+ ms$`),
    );
  });

  it('loses no call in ten swaps, and none begun after a swap meets the old code', async () => {
    const swaps = Array.from({ length: 10 }, (_, index) => `.swap${index}`);
    const seen: { begunAfter: number; status: number; swap: number }[] = [];
    let done = -1;
    let isOver = false;
    const stream = async () => {
      while (!isOver) {
        const begunAfter = done;
        const { status, email } = await development.createPatient();
        seen.push({ begunAfter, status, swap: Number(/\.swap(\d)$/.exec(String(email))?.[1] ?? -1) });
      }
    };
    const streams = [stream(), stream()];

    for (const mark of swaps) {
      await save(perform, answering(mark));
      done += 1;
    }
    isOver = true;
    await Promise.all(streams);

    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter(({ status }) => status !== 201)).toEqual([]);
    expect(seen.filter(({ begunAfter, swap }) => swap < begunAfter)).toEqual([]);
    expect(await development.createPatient()).toEqual({ status: 201, email: 'jane@example.com.swap9' });
  }, 60_000);

  it('sees a file that an editor moves over the old one, again and again', async () => {
    for (const mark of ['.moved', '.moved-again']) {
      const swapped = development.said(/swapped in/);
      writeFileSync(`${perform}.tmp`, answering(mark));
      renameSync(`${perform}.tmp`, perform);
      await swapped;

      expect(await development.createPatient()).toEqual({ status: 201, email: `jane@example.com${mark}` });
    }
  });

  it('sees files in a folder that was not there before', async () => {
    mkdirSync(pathOf('src/interceptorPre/marks'));
    writeFileSync(pathOf('src/interceptorPre/marks/mark.ts'), "export const mark = '.first';\n");
    const imported = answering('.x').replace("concat('.x')", 'concat(mark)');
    await save(perform, `import { mark } from './marks/mark.ts';\n${imported}`);

    await save(pathOf('src/interceptorPre/marks/mark.ts'), "export const mark = '.second';\n");

    expect(await development.createPatient()).toEqual({ status: 201, email: 'jane@example.com.second' });
  });

  it('shows an error of the build with its place, keeps the old code, and swaps when it is mended', async () => {
    await save(perform, answering('.good'));
    const broken = answering('.bad').replace('return typeof date', 'return return typeof date');
    const line = broken.split('\n').findIndex((text) => text.includes('return return')) + 1;
    const error = development.said(/perform\.ts:\d+:\d+/);
    writeFileSync(perform, broken);

    const told = await error;
    const whileBroken = await development.createPatient();
    await save(perform, answering('.mended'));

    expect(told).toContain(`src/interceptorPre/perform.ts:${line}:`);
    expect(whileBroken).toEqual({ status: 201, email: 'jane@example.com.good' });
    expect(await development.createPatient()).toEqual({ status: 201, email: 'jane@example.com.mended' });
  });

  it('takes what plugin.json says, and keeps the old where it cannot be read or BioT refuses it', async () => {
    await save(perform, original.perform);
    const refused = { ...JSON.parse(original.pluginFile), cronSchedule: 'each day at noon' };

    for (const text of ['{ "name": ', JSON.stringify(refused)]) {
      const notSwapped = development.said(/Not swapped/);
      writeFileSync(pluginFile, text);
      await notSwapped;

      expect(await development.createPatient()).toEqual({ status: 201, email: 'jane@example.com' });
    }

    const probable = development.said(/did you mean "POST\/organization\/v1\/users\/patients"\?$/);
    const notSwapped = development.said(/Not swapped/);
    writeFileSync(pluginFile, original.pluginFile.replace('users/patients"', 'user/patients"'));
    await Promise.all([probable, notSwapped]);

    const values = { LOG_LEVEL: 'info', COLOUR: `\${COLOUR}` };
    const referring = { ...JSON.parse(original.pluginFile), environmentVariables: values };
    writeFileSync(pathOf('.env.local'), 'COLOUR=blue\n');
    await save(pluginFile, JSON.stringify(referring));
    await save(pathOf('.env.local'), 'COLOUR=green\n');
    const { body } = await development.call('GET', '/settings/v2/plugins/my-plugin');
    expect(body.environmentVariables).toMatchObject({ COLOUR: 'green' });
    rmSync(pathOf('.env.local'));

    const { subscriptions: _none, ...unsubscribed } = JSON.parse(original.pluginFile);
    await save(pluginFile, JSON.stringify(unsubscribed));
    expect(await development.createPatient()).toEqual({ status: 201, email: 'JANE@example.com' });
    await save(pluginFile, original.pluginFile);
    expect(await development.createPatient()).toEqual({ status: 201, email: 'jane@example.com' });
  });

  it('removes the plugin of the old name when plugin.json has another', async () => {
    await save(pluginFile, original.pluginFile.replace('"my-plugin"', '"other-plugin"'));

    const { body } = await development.call('GET', '/settings/v2/plugins');
    await save(pluginFile, original.pluginFile);

    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['other-plugin']);
  });

  it('shows where a plugin failed by the line in its source', async () => {
    const thrown = development.said(/src\/interceptorPre\/perform\.ts:\d+/);
    const failing = answering('').replace('const { body } = data.request;', 'throw new Error("of no use");');
    const line = failing.split('\n').findIndex((text) => text.includes('of no use')) + 1;
    await save(perform, failing);

    const { status } = await development.call('POST', PATIENTS, {});
    const told = await thrown;
    await save(perform, original.perform);

    expect(status).toBe(500);
    expect(told).toContain(`src/interceptorPre/perform.ts:${line}:`);
  });
});

describe('the end of npm start', () => {
  const projectRoot = copyProject('another project');

  it('comes with Ctrl-C, quietly and with all that it started', async () => {
    const development = await startDevelopment(projectRoot, npmStartCommand());
    await development.createPatient();
    const started = await processesBelow(Number(development.child.pid));

    const code = await development.interrupt();

    expect([0, 130]).toContain(code); // npm itself ends by the signal, or with what its script ended with
    expect(development.lines.filter((line) => line.includes('npm error'))).toEqual([]);
    expect(started.length).toBeGreaterThan(1);
    expect(await haveEnded(started)).toBe(true);
  }, 60_000);

  it('keeps what it holds with --data, and the plugin is the same one at the next start', async () => {
    const data = join(projectRoot, '.biot/data');
    const first = await startDevelopment(projectRoot, startCommand('--data', data));
    const { body: patient } = await first.call('POST', PATIENTS, newPatient());
    await first.interrupt();
    rmSync(join(projectRoot, 'dist'), { recursive: true, force: true });

    const second = await startDevelopment(projectRoot, startCommand('--data', data));
    const { body } = await second.call('GET', '/settings/v2/plugins');
    const found = await second.call('GET', `${PATIENTS}/${patient._id}`);
    await second.interrupt();

    expect(found.status).toBe(200);
    expect(body.data.map(({ name, version }: { name: string; version: number }) => [name, version])).toEqual([
      ['my-plugin', 2],
    ]);
  }, 60_000);
});

/** The ids of all processes that a process started, and those that they started. */
async function processesBelow(pid: number): Promise<number[]> {
  const { stdout } = await runProgram('ps', ['-A', '-o', 'pid=,ppid=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    rows.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

/** Resolves when none of them runs any more; the test's own time limit is the deadline. */
async function haveEnded(pids: number[]): Promise<true> {
  const { stdout } = await runProgram('ps', ['-A', '-o', 'pid=,stat=']);
  const running = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  const isLeft = running.some(([pid, state]) => pids.includes(Number(pid)) && !state?.startsWith('Z'));
  return isLeft ? haveEnded(pids) : true;
}
