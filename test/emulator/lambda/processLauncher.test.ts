import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareZip } from '../../../emulator/lambda/processLauncher.ts';
import type { Code, Launched, Sandbox } from '../../../emulator/lambda/sandbox.ts';
import { itWhere } from '../../builders/emulator.ts';
import { isAlive, itOnLinux, stateOf } from '../../builders/processState.ts';
import { PROJECT_ROOT } from '../../builders/project.ts';
import { until } from '../../builders/until.ts';
import { zipOf } from '../../builders/zip.ts';

let folder: string;
let code: Code;
let sandbox: Sandbox;
let launched: Launched;
let lines: string[];

/** The program takes the place of the runtime client. */
async function launch(program: string): Promise<void> {
  lines = [];
  folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  const runtimeClient = join(folder, 'program.mjs');
  writeFileSync(runtimeClient, program);
  code = await prepareZip(zipOf({ 'index.js': '' }), { runtimeClient, nodeArguments: [] });
  sandbox = code.createSandbox({
    limits: { memorySize: 128, ephemeralStorage: 512 },
    variables: (runtimeApi) => ({ API: runtimeApi }),
    onLine: (line) => lines.push(line),
  });
  launched = await sandbox.launch(4711);
}

afterEach(async () => {
  launched.kill();
  await launched.exited;
  await sandbox.dispose();
  await code.dispose();
  rmSync(folder, { recursive: true });
});

const STAY = 'setInterval(() => undefined, 1000);';
const CHILD = `import { spawn } from 'node:child_process';
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit' });
  console.log(child.pid);`;

describe('launch', () => {
  it('gives the process exactly the variables, a folder for temporary files, and the code to stand in', async () => {
    await launch(`console.log(JSON.stringify([process.env, process.cwd(), process.argv.length]));`);

    const exit = await launched.exited;

    const [env, cwd, argumentCount] = JSON.parse(lines.join()) as [Record<string, string>, string, number];
    expect(exit).toEqual({ reason: '' });
    expect(env).toEqual({
      API: '127.0.0.1:4711',
      LAMBDA_TASK_ROOT: cwd,
      TMPDIR: expect.stringContaining('biot-tmp-'),
    });
    expect(existsSync(join(cwd, 'index.js'))).toBe(true);
    expect(argumentCount).toBe(2);
  });

  it('tells whole lines, keeps their carriage returns, and tells the rest at the end', async () => {
    await launch(`
      process.stdout.write('on'); process.stdout.write('e\\r\\ntwo\\n\\n'); process.stderr.write('ä');
      process.stderr.write(Buffer.from([0xc3])); process.stderr.write(Buffer.from([0xa4, 0x0a]));
      process.stdout.write('rest');`);

    await launched.exited;

    expect([...lines].sort()).toEqual(['', 'one\r', 'rest', 'two', 'ää']);
  });

  it.each([
    ['process.exit(0);', ''],
    ['process.exit(3);', 'exit status 3'],
    ["process.kill(process.pid, 'SIGSEGV');", 'signal: segmentation fault'],
    ["process.kill(process.pid, 'SIGTERM');", 'signal: terminated'],
    ['process.abort();', 'signal: aborted'],
    ["throw new Error('no');", 'exit status 1'],
  ])('tells how %s ended', async (program, reason) => {
    await launch(program);

    const exit = await launched.exited;

    expect(exit).toEqual({ reason });
  });

  itOnLinux('freezes, thaws and ends also what the function started', async () => {
    await launch(`${CHILD} ${STAY}`);
    await until(() => lines.length > 0);
    const [pid = ''] = lines;

    await launched.freeze();
    await until(() => stateOf(pid) === 'T');
    await launched.thaw();
    await until(() => stateOf(pid) === 'S');
    await launched.freeze();
    launched.kill();
    await launched.exited;

    await until(() => stateOf(pid) === undefined);
  });

  it('ends when the function ends, whatever that left behind with its output', async () => {
    await launch(`${CHILD} process.exit(4);`);

    const exit = await launched.exited;

    expect(exit).toEqual({ reason: 'exit status 4' });
  });

  itOnLinux('tells the most memory the process had, also after its end', async () => {
    await launch(`Buffer.alloc(100 * 1024 * 1024, 1); console.log('had'); ${STAY}`);
    await until(() => lines.length > 0);

    const alive = await launched.peakMemoryMb();
    launched.kill();
    await launched.exited;
    const dead = await launched.peakMemoryMb();

    expect(alive).toBeGreaterThan(100);
    expect(dead).toBe(alive);
  });

  itWhere(
    existsSync('/usr/bin/setpriv'),
    'there is no setpriv',
    false,
  )('ends a frozen function also when the program that launched it is killed', async () => {
    await launch(`console.log(process.pid); ${STAY}`); // in a folder that the other program can use too
    const launcher = join(PROJECT_ROOT, 'emulator/lambda/processLauncher.ts');
    const runtimeClient = JSON.stringify(join(folder, 'program.mjs'));
    const zip = JSON.stringify(zipOf({ 'index.js': '' }).toString('base64'));
    const program = `import { prepareZip } from ${JSON.stringify(launcher)};
      const options = { runtimeClient: ${runtimeClient}, nodeArguments: [] };
      const code = await prepareZip(Buffer.from(${zip}, 'base64'), options);
      const onLine = async (pid) => { await launched.freeze(); console.log(pid); };
      const launched = await code.createSandbox({ variables: () => ({}), onLine }).launch(1);`;
    const env = { ...process.env, TMPDIR: folder }; // it cannot remove what it leaves
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { env });
    const [pid] = (await once(parent.stdout, 'data')).map(Number.parseFloat) as [number];
    await until(() => stateOf(pid) === 'T');

    parent.kill('SIGKILL');

    await until(() => !isAlive(pid));
  });
});
