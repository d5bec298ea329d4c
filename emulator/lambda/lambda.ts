import type { Plugin, ServiceUser, State } from '../state.ts';
import type { DockerHost } from './dockerLauncher.ts';
import { type Environment, type Launch, type Outcome, startEnvironment } from './environment.ts';
import { functionArnOf, toLambdaVariables } from './lambdaVariables.ts';
import { launchProcess, removeTask, unpackZip } from './processLauncher.ts';

const MAX_ENVIRONMENTS = 10;

export type LambdaOptions = {
  state: Pick<State, 'plugins' | 'serviceUsers' | 'zips'>;
  /** The program that runs a ZIP's handler. */
  runtimeClient(): string;
  docker: DockerHost | undefined;
  /** `host:port/name` of the images and how to log in there; undefined without a registry. */
  registry: { repositoryUri: string; login: { user: string; password: string } } | undefined;
  /** BioT's address as a process on this machine and as a container sees it. */
  biotUrls(): { process: string; container: string };
  onOutput(pluginName: string, text: string): void;
};

/** What one event came to. `ms` is as the caller waited, a cold start included. */
export type Invoked = { outcome: Outcome; coldStart: boolean; ms: number };

/** `requestId` is the event's UUID, as in its START line; `traceId` that of the call behind it. */
export type InvocationIds = { requestId: string; traceId: string };

export type Lambda = {
  /** Makes the code ready to start. @throws Error when it cannot be had */
  deploy(plugin: Plugin, serviceUser: ServiceUser): Promise<void>;
  /** Undefined when all environments that one plugin may have are busy. */
  invoke(plugin: Plugin, event: string, ids: InvocationIds): Promise<Invoked | undefined>;
  remove(plugin: Plugin): Promise<void>;
  close(): Promise<void>;
};

type Deployed = {
  environments: Environment[];
  busy: Set<Environment>;
  starting: number;
  start(): Promise<Environment>;
  dispose(): Promise<void>;
};

/** Runs plugins as Lambda does: any number of environments for a plugin, each with one event at a time. */
export function createLambda(options: LambdaOptions): Lambda {
  const functions = new Map<string, Promise<Deployed>>();

  const deploy = (plugin: Plugin, serviceUser: ServiceUser) => {
    const prepared = prepare(options, { plugin, serviceUser }).then((code) => ({
      environments: [],
      busy: new Set<Environment>(),
      starting: 0,
      ...code,
    }));
    functions.set(plugin.config.name, prepared);
    prepared.catch(() => functions.delete(plugin.config.name));
    return prepared;
  };
  const remove = async ({ config }: Plugin) => {
    const deployed = await functions.get(config.name);
    functions.delete(config.name);
    for (const environment of deployed?.environments ?? []) environment.close();
    await deployed?.dispose();
  };
  /** After a restart of the local BioT a function is made ready by its first event. */
  const find = (plugin: Plugin) => {
    const serviceUser = options.state.serviceUsers.get(plugin.serviceUserId);
    if (!serviceUser) throw new Error(`${plugin.config.name} is not deployed`);
    return functions.get(plugin.config.name) ?? deploy(plugin, serviceUser);
  };

  return {
    deploy: async (plugin, serviceUser) => void (await deploy(plugin, serviceUser)),
    async invoke(plugin, event, _ids) {
      const started = Date.now();
      const deployed = await find(plugin);
      const acquired = await acquire(deployed);
      if (!acquired) return undefined;
      const outcome = await acquired.environment.invoke(event);
      deployed.busy.delete(acquired.environment);
      return { outcome, coldStart: acquired.coldStart, ms: Date.now() - started };
    },
    remove,
    async close() {
      const deployed = await Promise.all([...functions.values()]);
      for (const { environments, dispose } of deployed) {
        for (const environment of environments) environment.close();
        await dispose();
      }
    },
  };
}

async function acquire(
  deployed: Deployed,
): Promise<{ environment: Environment; coldStart: boolean } | undefined> {
  deployed.environments = deployed.environments.filter((environment) => !environment.isDead());
  const idle = deployed.environments.find((environment) => !deployed.busy.has(environment));
  if (idle) {
    deployed.busy.add(idle);
    return { environment: idle, coldStart: false };
  }
  if (deployed.environments.length + deployed.starting >= MAX_ENVIRONMENTS) return undefined;

  deployed.starting += 1;
  try {
    const environment = await deployed.start();
    deployed.environments.push(environment);
    deployed.busy.add(environment);
    return { environment, coldStart: true };
  } finally {
    deployed.starting -= 1;
  }
}

type Prepared = Pick<Deployed, 'start' | 'dispose'>;
type LambdaFunction = { plugin: Plugin; serviceUser: ServiceUser };

async function prepare(options: LambdaOptions, made: LambdaFunction): Promise<Prepared> {
  const { kind, digest } = made.plugin.code;
  if (kind === 'IMAGE') return prepareImage(options, made, digest);
  const zip = options.state.zips.get(digest);
  if (!zip) throw new Error(`The code ${digest} is lost`);
  return prepareZip(options, made, zip);
}

async function prepareImage(options: LambdaOptions, made: LambdaFunction, digest: string): Promise<Prepared> {
  const { docker, registry } = options;
  const { config } = made.plugin;
  if (!docker) throw new Error('An image needs a container engine, and none answers');
  if (!registry) throw new Error('An image needs a registry, and there is none');
  const reference = `${registry.repositoryUri}@${digest}`;
  await docker.pull(reference, registry.login);

  const launch: Launch = async (port) => {
    const runtimeApi = `${docker.containerToHost}:${port}`;
    const variables = toLambdaVariables(made, { biotBaseUrl: options.biotUrls().container, runtimeApi });
    return docker.launch({ reference, config, variables, onOutput: outputOf(options, made.plugin) });
  };
  return {
    start: () => start(made.plugin, docker.listenAddress, launch),
    dispose: () => docker.forget(reference),
  };
}

async function prepareZip(options: LambdaOptions, made: LambdaFunction, zip: Buffer): Promise<Prepared> {
  const taskRoot = await unpackZip(zip);
  const runtimeClient = options.runtimeClient();
  const launch: Launch = async (port) => {
    const runtimeApi = `127.0.0.1:${port}`;
    const variables = toLambdaVariables(made, { biotBaseUrl: options.biotUrls().process, runtimeApi });
    return launchProcess(runtimeClient, {
      taskRoot,
      variables,
      onOutput: outputOf(options, made.plugin),
    });
  };
  return { start: () => start(made.plugin, '127.0.0.1', launch), dispose: () => removeTask(taskRoot) };
}

const outputOf =
  ({ onOutput }: LambdaOptions, { config }: Plugin) =>
  (text: string) =>
    onOutput(config.name, text);

function start(plugin: Plugin, host: string, launch: Launch): Promise<Environment> {
  return startEnvironment({
    host,
    launch,
    timeout: plugin.config.timeout,
    functionArn: functionArnOf(plugin),
  });
}
