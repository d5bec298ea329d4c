import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Spread, toSpread } from '../statistics.ts';

const RUNS = 5;
const LEFT_OUT = new Set(['.git', '.biot', 'dist', 'node_modules']);

/** Of `biot-plugin build-and-push`: milliseconds, and bytes that the registry has more of layers and configs. */
export type PushFigures = { ms: Spread; bytes: Spread };

/** To a registry on this machine, after a change of one line of a `perform.ts`, and after none. */
export async function measurePush(
  projectRoot: string,
): Promise<{ changed: PushFigures; unchanged: PushFigures }> {
  const folder = mkdtempSync(join(tmpdir(), 'biot-bench-'));
  const copy = join(folder, 'project');
  cpSync(projectRoot, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
  symlinkSync(join(projectRoot, 'node_modules'), join(copy, 'node_modules'));
  const emulator = await startEmulator(copy, join(folder, 'data'));
  const run = (...args: string[]) => runCommand(copy, args, emulator.env);
  const images = new Set<string>();
  const push = () =>
    measure(
      () => {
        const { repositoryUri, imageTag } = JSON.parse(run('build-and-push', '--json', ...BUILD_ARGS));
        images.add(`${repositoryUri}:${imageTag}`);
      },
      join(folder, 'data'),
    );
  try {
    run('login');
    push();
    const [changed, unchanged]: [Pushed[], Pushed[]] = [[], []];
    for (let count = 0; count < RUNS; count++) {
      const line = `Object.assign(globalThis, { changed: '${Date.now()}' });\n`;
      appendFileSync(join(copy, 'src/interceptorPre/perform.ts'), line);
      changed.push(push());
      unchanged.push(push());
    }
    return { changed: toFigures(changed), unchanged: toFigures(unchanged) };
  } finally {
    await emulator.end();
    spawnSync('docker', ['rmi', '--force', ...[...images].flatMap((image) => [image, `${image}-build`])]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For a machine on which only the network of its own leads anywhere. */
const BUILD_ARGS = process.env.BENCH_BUILD_ARGS ? ['--', ...process.env.BENCH_BUILD_ARGS.split(' ')] : [];

type Pushed = { ms: number; bytes: number };

const toFigures = (pushed: Pushed[]): PushFigures => ({
  ms: toSpread(pushed.map(({ ms }) => ms)),
  bytes: toSpread(pushed.map(({ bytes }) => bytes)),
});

function measure(work: () => void, data: string): Pushed {
  const before = sumBlobs(data);
  const begun = performance.now();
  work();
  return { ms: performance.now() - begun, bytes: sumBlobs(data) - before };
}

/** A blob of the registry is a layer, a config or a manifest, in a file that is named `data`. */
const sumBlobs = (data: string): number =>
  readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === 'data' && entry.isFile())
    .reduce((bytes, { parentPath, name }) => bytes + statSync(join(parentPath, name)).size, 0);

async function startEmulator(projectRoot: string, data: string) {
  const args = [
    'emulator',
    '--port',
    '0',
    '--registry-port',
    '0',
    '--launcher',
    'process',
    '--json',
    '--data',
    data,
  ];
  const program = join(projectRoot, 'cli/biot-plugin.mjs');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { baseUrl, username, password, ecrEndpoint } = JSON.parse(line);
  return {
    env: {
      ...process.env,
      BIOT_CLI_BASE_URL: baseUrl,
      BIOT_CLI_USERNAME: username,
      BIOT_CLI_PASSWORD: password,
      AWS_ENDPOINT_URL_ECR: ecrEndpoint,
    },
    async end() {
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

function runCommand(projectRoot: string, args: string[], env: NodeJS.ProcessEnv): string {
  const program = join(projectRoot, 'cli/biot-plugin.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`biot-plugin ${args[0]} ended with ${status}:\n${stderr.slice(-2000)}`);
  return stdout;
}
