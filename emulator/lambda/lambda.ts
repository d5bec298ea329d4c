import type { Plugin } from '../state.ts';
import type { DockerHost } from './dockerLauncher.ts';
import { type Environment, type Launch, type Outcome, startEnvironment } from './environment.ts';
import { functionArnOf, toLambdaVariables } from './lambdaVariables.ts';
import { launchProcess, removeTask, unpackZip } from './processLauncher.ts';

const MAX_ENVIRONMENTS = 10;

export type LambdaOptions = {
  /** The program that runs a ZIP's handler. */
  runtimeClient(): string;
  docker: DockerHost | undefined;
  registryLogin: { user: string; password: string };
  /** BioT's address as a process on this machine and as a container sees it. */
  biotUrls(): { process: string; container: string };
  onOutput(pluginName: string, text: string): void;
};

/** What one event came to. `ms` is as the caller waited, a cold start included. */
export type Invoked = { outcome: Outcome; coldStart: boolean; ms: number };

export type Lambda = {
  /** Makes the code ready to start. @throws Error when it cannot be had */
  deploy(plugin: Plugin): Promise<void>;
  /** Undefined when all environments that one plugin may have are busy. */
  invoke(plugin: Plugin, event: string): Promise<Invoked | undefined>;
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
  const functions = new Map<Plugin, Deployed>();

  const remove = async (plugin: Plugin) => {
    const deployed = functions.get(plugin);
    functions.delete(plugin);
    for (const environment of deployed?.environments ?? []) environment.close();
    await deployed?.dispose();
  };

  return {
    async deploy(plugin) {
      const code = await prepare(options, plugin);
      functions.set(plugin, { environments: [], busy: new Set(), starting: 0, ...code });
    },
    async invoke(plugin, event) {
      const started = Date.now();
      const deployed = functions.get(plugin);
      if (!deployed) throw new Error(`${plugin.config.name} is not deployed`);
      const acquired = await acquire(deployed);
      if (!acquired) return undefined;
      const outcome = await acquired.environment.invoke(event);
      deployed.busy.delete(acquired.environment);
      return { outcome, coldStart: acquired.coldStart, ms: Date.now() - started };
    },
    remove,
    close: async () => void (await Promise.all([...functions.keys()].map(remove))),
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

async function prepare(options: LambdaOptions, plugin: Plugin): Promise<Prepared> {
  return plugin.code.kind === 'IMAGE'
    ? prepareImage(options, plugin, plugin.code.reference)
    : prepareZip(options, plugin, plugin.code.zip);
}

async function prepareImage(options: LambdaOptions, plugin: Plugin, reference: string): Promise<Prepared> {
  const { docker } = options;
  if (!docker) throw new Error('An image needs a container engine, and none answers');
  await docker.pull(reference, options.registryLogin);

  const launch: Launch = async (port) => {
    const variables = toLambdaVariables(
      plugin,
      options.biotUrls().container,
      `${docker.containerToHost}:${port}`,
    );
    return docker.launch({
      reference,
      config: plugin.config,
      variables,
      onOutput: outputOf(options, plugin),
    });
  };
  return {
    start: () => start(plugin, docker.listenAddress, launch),
    dispose: () => docker.forget(reference),
  };
}

async function prepareZip(options: LambdaOptions, plugin: Plugin, zip: Buffer): Promise<Prepared> {
  const taskRoot = await unpackZip(zip);
  const runtimeClient = options.runtimeClient();
  const launch: Launch = async (port) => {
    const variables = toLambdaVariables(plugin, options.biotUrls().process, `127.0.0.1:${port}`);
    return launchProcess(runtimeClient, { taskRoot, variables, onOutput: outputOf(options, plugin) });
  };
  return { start: () => start(plugin, '127.0.0.1', launch), dispose: () => removeTask(taskRoot) };
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
