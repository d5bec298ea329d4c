import type { LogLine } from '../logs.ts';
import type { Plugin, ServiceUser, State } from '../state.ts';
import { removeLeftOvers } from '../temporaryFolders.ts';
import { createTurns, type Turns } from './createTurns.ts';
import type { DockerHost } from './dockerLauncher.ts';
import { createEnvironment, type Environment } from './environment.ts';
import { createEnvironments } from './environments.ts';
import { createFunctions, type Deployed } from './functions.ts';
import { functionArnOf, toLambdaVariables } from './lambdaVariables.ts';
import type { InvocationIds, Outcome } from './outcome.ts';
import { prepareZip } from './processLauncher.ts';
import type { Code } from './sandbox.ts';

export type LambdaOptions = {
  state: Pick<State, 'plugins' | 'serviceUsers' | 'zips'>;
  /** The program that runs a ZIP's handler. */
  runtimeClient(): string;
  docker: DockerHost | undefined;
  /** `host:port/name` of the images and how to log in there; undefined without a registry. */
  registry: { repositoryUri: string; login: { user: string; password: string } } | undefined;
  /** An image's digest is the id of one that the engine has; it stays there. */
  takesLocalImages?: boolean;
  /** BioT's address as a process on this machine and as a container sees it. */
  biotUrls(): { process: string; container: string };
  /** How many environments a plugin may have at the same time. */
  concurrency: number;
  /** How long an environment may be without an event. */
  idleMs: number;
  /**
   * For a debugger: processes with these arguments for Node, started when they are deployed, one environment in which
   * events wait for each other, without time limits, never frozen.
   */
  debug?: { nodeArguments: string[] };
  /** Each line that a function (`function`) or Lambda around it (`lambda`) writes. */
  onLine(line: LogLine, source: 'function' | 'lambda'): void;
};

/** What one event came to. `ms` is as the caller waited, a cold start included. */
export type Invoked = { outcome: Outcome; coldStart: boolean; ms: number };

export type Lambda = {
  /**
   * Makes the code ready to start. Of a plugin that is deployed already, the new code gets the new events, and the old
   * ends when it has no more.
   * @throws Error when the code cannot be had; then all stays as it was
   */
  deploy(plugin: Plugin, serviceUser: ServiceUser): Promise<void>;
  /** Undefined when all environments that one plugin may have are busy. */
  invoke(plugin: Plugin, event: string, ids: InvocationIds): Promise<Invoked | undefined>;
  remove(plugin: Plugin): Promise<void>;
  close(): Promise<void>;
};

/** Runs plugins as Lambda does: any number of environments for a plugin, each with one event at a time. */
export function createLambda(options: LambdaOptions): Lambda {
  const turns = options.debug && createTurns();
  void removeLeftOvers().catch(() => undefined); // nothing depends on it
  const functions = createFunctions<LambdaFunction>((made) => prepare(options, made, turns));
  const nameOf = ({ config }: Plugin) => config.name;
  /** After a restart of the local BioT a function is made ready by its first event. */
  const find = (plugin: Plugin) => {
    const serviceUser = options.state.serviceUsers.get(plugin.serviceUserId);
    if (!serviceUser) throw new Error(`${nameOf(plugin)} is not deployed`);
    return functions.find(nameOf(plugin)) ?? functions.deploy(nameOf(plugin), { plugin, serviceUser });
  };

  return {
    async deploy(plugin, serviceUser) {
      await functions.deploy(nameOf(plugin), { plugin, serviceUser });
    },
    async invoke(plugin, event, ids) {
      const begun = performance.now();
      const run = async () => (await find(plugin)).environments.invoke(event, ids);
      try {
        const invoked = await (turns ? turns.take(nameOf(plugin), run) : run());
        return invoked && { ...invoked, ms: performance.now() - begun };
      } catch (error) {
        const outcome = toSandboxFailure(options, plugin, { ids, error: error as Error });
        return { outcome, coldStart: true, ms: performance.now() - begun };
      }
    },
    remove: (plugin) => functions.remove(nameOf(plugin)),
    close: functions.close,
  };
}

/** It is not the function's fault: its code could not be had, or not be started at all. */
function toSandboxFailure(
  { onLine }: LambdaOptions,
  { config }: Plugin,
  { ids, error }: { ids: InvocationIds; error: Error },
): Outcome {
  const errorMessage = `RequestId: ${ids.requestId} Error: ${error.message}`;
  onLine({ at: new Date().toISOString(), plugin: config.name, text: errorMessage, ...ids }, 'lambda');
  return { ok: false, payload: JSON.stringify({ errorType: 'Sandbox.Failure', errorMessage }) };
}

const FOREVER_MS = 2 ** 31 - 1; // as long as a timer can be

type LambdaFunction = { plugin: Plugin; serviceUser: ServiceUser };

async function prepare(options: LambdaOptions, made: LambdaFunction, turns?: Turns): Promise<Deployed> {
  const { debug, idleMs } = options;
  const { kind, digest } = made.plugin.code;
  const code = await (kind === 'IMAGE' ? prepareImage(options, digest) : prepareZipOf(options, digest));
  const environments = createEnvironments({
    create: () => toEnvironment(options, made, turns ? inTurns(turns, made, code) : code),
    concurrency: debug ? 1 : options.concurrency,
    idleMs: debug ? FOREVER_MS : idleMs,
  });
  if (debug) environments.start(); // so that a debugger can attach before the first event
  return { environments, dispose: code.dispose };
}

const inTurns = (turns: Turns, { plugin }: LambdaFunction, code: Code): Code => ({
  ...code,
  createSandbox: (spec) => turns.share(plugin.config.name, code.createSandbox(spec)),
});

async function prepareImage(options: LambdaOptions, digest: string): Promise<Code> {
  const { docker, registry, takesLocalImages } = options;
  if (!docker) throw new Error('An image needs a container engine, and none answers');
  if (takesLocalImages) return { ...(await docker.prepareLocal(digest)), dispose: async () => undefined };
  if (!registry) throw new Error('An image needs a registry, and there is none');
  return docker.prepare(`${registry.repositoryUri}@${digest}`, registry.login);
}

async function prepareZipOf({ state, runtimeClient, debug }: LambdaOptions, digest: string): Promise<Code> {
  const zip = state.zips.get(digest);
  if (!zip) throw new Error(`The code ${digest} is lost`);
  const nodeArguments = debug?.nodeArguments ?? [];
  return prepareZip(zip, { runtimeClient: runtimeClient(), nodeArguments });
}

function toEnvironment(options: LambdaOptions, made: LambdaFunction, code: Code): Environment {
  const { config } = made.plugin;
  const { memorySize, ephemeralStorage, name } = config;
  const isImage = config.deploymentPackageType === 'IMAGE';
  const biotBaseUrl = isImage ? options.biotUrls().container : options.biotUrls().process;
  const fixed = toLambdaVariables(made, { biotBaseUrl, runtimeApi: '' });
  let ids: Partial<InvocationIds> = {};
  const write = (source: 'function' | 'lambda') => (text: string) =>
    options.onLine({ at: new Date().toISOString(), plugin: name, text, ...ids }, source);

  return createEnvironment({
    sandbox: code.createSandbox({
      limits: { memorySize, ephemeralStorage },
      variables: (runtimeApi) => ({ ...fixed, AWS_LAMBDA_RUNTIME_API: runtimeApi }),
      onLine: write('function'),
    }),
    listenAddress: code.listenAddress,
    functionArn: functionArnOf(made.plugin),
    timeout: options.debug ? undefined : config.timeout,
    memorySize,
    onLine: write('lambda'),
    onIds: (next) => {
      ids = next;
    },
  });
}
