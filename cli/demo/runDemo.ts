import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAndPush } from '../../deploy/buildAndPush.ts';
import { connect } from '../../deploy/connect.ts';
import { EXIT, Failure } from '../../deploy/failure.ts';
import { login } from '../../deploy/login.ts';
import { makeZip } from '../../deploy/makeZip.ts';
import { createPluginApi, type Plugin, type PluginCode } from '../../deploy/pluginApi.ts';
import { readResolvedFile } from '../../deploy/readResolvedFile.ts';
import { runProgram } from '../../deploy/runProgram.ts';
import type { PushedImage } from '../../deploy/stateDirectory.ts';
import { showOnly } from '../../deploy/steps.ts';
import { fetchTempCredentials } from '../../deploy/tempCredentials.ts';
import { toFailure } from '../../deploy/toFailure.ts';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { createCaller, type DemoCall, runCalls } from './calls.ts';
import { toTable } from './toTable.ts';

export type DemoOptions = { projectRoot: string; isJson: boolean; env: NodeJS.ProcessEnv };

/** What `--json` prints. `engine` is null, and tag and digest absent, where a ZIP took the image's place. */
type DemoResult = {
  package: 'IMAGE' | 'ZIP';
  engine: string | null;
  imageTag?: string;
  digest?: string;
  plugin: Pick<Plugin, 'name' | 'deploymentPackageType'>;
  calls: Omit<DemoCall, 'ok' | 'promise'>[];
  ok: boolean;
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The whole journey against a local BioT: credentials, docker login, build, push, create, and calls through every hook. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const stateDirectory = await mkdtemp(join(tmpdir(), 'biot-demo-'));
  const interrupted = waitForInterrupt();
  say('1 Starting a local BioT');
  const ports = { port: 0, registryPort: 0, host: '127.0.0.1' };
  const starting = startEmulator({ projectRoot: options.projectRoot, ...ports, launcher: 'auto', log });
  try {
    const journey = starting.then((emulator) => deployAndCall(options, emulator, stateDirectory));
    const { calls, ...result } = await Promise.race([journey, interrupted]);
    if (!result.ok) sayAll(lines);
    print({ ...result, calls: calls.map(({ ok: _ok, promise: _promise, ...call }) => call) }, options.isJson);
    sayWhatIsNext(calls);
    return result.ok ? 0 : EXIT.failed;
  } catch (error) {
    const failure = toFailure(error);
    if (failure.exitCode !== EXIT.interrupted) sayAll(lines);
    report(failure, options.isJson);
    return failure.exitCode;
  } finally {
    await cleanUp(await starting.catch(() => undefined), stateDirectory);
  }
}

const sayAll = (lines: string[]): void => lines.forEach(say);

/** Rejects when somebody ends the demo; what was started is then ended in order. */
function waitForInterrupt(): Promise<never> {
  return new Promise((_resolve, reject) => {
    const failure = {
      code: 'INTERRUPTED',
      exitCode: EXIT.interrupted,
      message: 'The demo was interrupted',
      cure: '',
    };
    // `on`: npm passes a Ctrl-C on that the terminal has sent already.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.on(signal, () => reject(new Failure(failure)));
  });
}

function report({ code, message, cure, exitCode }: Failure, isJson: boolean): void {
  if (isJson)
    process.stdout.write(`${JSON.stringify({ ok: false, error: { code, message, cure, exitCode } })}\n`);
  say([`Error: ${message}`, cure].filter(Boolean).join('\n       '));
}

async function cleanUp(emulator: Emulator | undefined, stateDirectory: string): Promise<void> {
  await emulator?.close();
  if (emulator?.engine) await removeImages(`${emulator.registry}/biot-plugins`);
  await rm(stateDirectory, { recursive: true, force: true });
}

type DemoRun = Omit<DemoResult, 'calls'> & { calls: DemoCall[] };

async function deployAndCall(
  options: DemoOptions,
  emulator: Emulator,
  stateDirectory: string,
): Promise<DemoRun> {
  const { baseUrl, username, password } = emulator;
  const biot = connect({ baseUrl, username, password }, undefined);
  const image = await pushImage({ options, emulator, stateDirectory });

  const code: PluginCode = image ? { imageTag: image.imageTag } : { zip: await makeZip(options.projectRoot) };
  const deploymentPackageType = image ? 'IMAGE' : 'ZIP';
  say(`5 Creating the plugin with deploymentPackageType ${deploymentPackageType}`);
  const read = await readResolvedFile(options.projectRoot, options.env);
  const file = { ...read, deploymentPackageType } as const;
  const plugin = await createPluginApi(biot).create(file, code);

  say('6 Calling the API through every hook');
  const caller = await createCaller(emulator);
  const calls = await runCalls(caller, plugin.name);
  return {
    package: deploymentPackageType,
    engine: image ? `docker ${emulator.engine}` : null,
    ...(image && { imageTag: image.imageTag, digest: image.digest }),
    plugin: { name: plugin.name, deploymentPackageType: plugin.deploymentPackageType },
    calls,
    ok: calls.every(({ ok }) => ok),
  };
}

type PushSpec = { options: DemoOptions; emulator: Emulator; stateDirectory: string };

/** Undefined where no image can be made here; says why and what to do. With REQUIRE_DOCKER=1 that is a failure. */
async function pushImage({ options, emulator, stateDirectory }: PushSpec): Promise<PushedImage | undefined> {
  const { projectRoot, env } = options;
  const { baseUrl, username, password, ecrEndpoint } = emulator;
  try {
    if (!emulator.registry) throw noRegistry();
    say('2 Getting temporary credentials');
    const credentials = await fetchTempCredentials(connect({ baseUrl, username, password }, undefined));
    say('3 Logging docker in to the registry');
    const { repositoryUri } = await login(async () => credentials, { stateDirectory, env, ecrEndpoint });
    say('4 Building the image and pushing it');
    const steps = showOnly((text) => void process.stderr.write(text));
    return await buildAndPush({ projectRoot, stateDirectory, env, repositoryUri, buildArgs: [], steps });
  } catch (error) {
    const isNotPossible = error instanceof Failure && NOT_POSSIBLE.includes(error.code);
    if (!isNotPossible || env.REQUIRE_DOCKER === '1') throw error;
    say(`No image can be made here (${error.message}), so a ZIP takes its place. ${error.cure}`);
    return undefined;
  }
}

const NOT_POSSIBLE = ['NO_CONTAINER_ENGINE', 'NO_BASE_IMAGE', 'NO_REGISTRY'];

const noRegistry = () =>
  new Failure({
    code: 'NO_REGISTRY',
    exitCode: EXIT.noEngine,
    message: 'there is neither docker-registry nor an engine that has the image registry:2',
    cure: 'To see an image deployed, start Docker, or install docker-registry (CNCF Distribution).',
  });

/** The registry is gone, so nobody can use their names any more; what they were built of stays in docker's cache. */
async function removeImages(repositoryUri: string): Promise<void> {
  const format = '{{.Repository}}:{{.Tag}}';
  const { stdout } = await runProgram('docker', ['images', '--format', format, repositoryUri]);
  const names = stdout.split('\n').filter(Boolean);
  if (names.length > 0) await runProgram('docker', ['rmi', ...names]);
}

function print(result: DemoResult, isJson: boolean): void {
  process.stdout.write(`${isJson ? JSON.stringify(result) : toTable(result.calls)}\n`);
}

function sayWhatIsNext(calls: DemoCall[]): void {
  const broken = calls.filter(({ ok }) => !ok);
  if (broken.length === 0) {
    say(
      '\nAll hooks did what the example plugin promises. Next: edit src/interceptorPre/perform.ts, then npx biot-plugin invoke',
    );
    return;
  }
  say('\nNot as the example plugin promises (if you have made it your own, that is as it should be):');
  for (const { hook, call, promise, status } of broken)
    say(`  ${hook} ${call}: ${promise}; the caller saw ${status}`);
}
