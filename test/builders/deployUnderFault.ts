import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiCaller, type RunningEmulator, startEmulatorProcess } from './commandLine.ts';
import { type FaultProxy, type Strike, startFaultProxy } from './faultProxy.ts';

/** What is done to a deploy. */
export type Disturbance = {
  /** Of a plugin that is new, or of version 1 with another setting and other code. */
  change: 'create' | 'update';
  /** Default: a ZIP. */
  isImage?: boolean;
  /** At BioT or its ECR. */
  strike?: Strike;
  /** At the image registry. */
  strikeRegistry?: Strike;
  /** Ctrl-C when a line says this. */
  interruptAt?: string;
  /** Ctrl-C when the strike is felt; `thenRelease`: BioT's answer comes after all. */
  interrupt?: boolean;
  thenRelease?: boolean;
  /** The ledger is there and cannot be written. */
  isLedgerUnwritable?: boolean;
};

/** What a person and BioT have after that. */
export type Outcome = {
  exitCode: number | null;
  /** Of the failure. */
  code?: string;
  message?: string;
  /** How often it was tried again. */
  retries: number;
  /** Of what there was before, of what was wanted, or of neither. */
  has: 'old' | 'new' | 'something else';
  again: { exitCode: number | null; code?: string; has: Outcome['has'] };
  /** After both. */
  version: number | undefined;
  serviceUsers: number;
  releases: number[];
};

/** Where deploys are tried: the copies of the project are made in `folder`. */
export type Bench = {
  emulator: RunningEmulator;
  call: Awaited<ReturnType<typeof createApiCaller>>;
  projectRoot: string;
  folder: string;
  /** Before the image registry. One for all, as docker sends a registry only once what it has. */
  registry: FaultProxy;
};

/** One plugin of its own, deployed through a proxy of its own. */
type Try = Bench & {
  name: string;
  root: string;
  proxy: FaultProxy;
  disturbance: Disturbance;
};

type Json = Record<string, unknown>;
type Run = { exitCode: number | null; stdout: string; stderr: string };

const PARTS = ['cli', 'deploy', 'emulator', 'src', 'package.json', 'plugin.schema.json'];
const OLD = 11;
const NEW = 12;

/** A local BioT as a process of its own. */
export async function startBench(projectRoot: string): Promise<Bench & { end(): Promise<void> }> {
  const emulator = await startEmulatorProcess(projectRoot);
  const registry = await startFaultProxy(`http://${emulator.registry}`);
  const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  return {
    ...{ emulator, registry, folder, projectRoot },
    call: await createApiCaller(emulator),
    async end() {
      await registry.close();
      await emulator.interrupt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Deploys under a fault, and then again without it. */
export async function deployUnderFault(
  bench: Bench,
  name: string,
  disturbance: Disturbance,
): Promise<Outcome> {
  const root = makeProject(bench, name);
  if (disturbance.isImage) writeDockerfile(root, name);
  const { emulator, registry } = bench;
  const replaced = { from: emulator.registry ?? '', to: new URL(registry.baseUrl).host };
  const proxy = await startFaultProxy(emulator.baseUrl, emulator.registry ? replaced : undefined);
  const tried = { ...bench, name, root, proxy, disturbance };
  try {
    if (disturbance.change === 'update') await prepareUpdate(tried);
    writePluginFile(tried, NEW);
    const first = await disturb(tried);
    const has = await readState(tried);
    await repair(tried);
    const second = await startDeploy(tried).run;
    return {
      exitCode: first.exitCode,
      ...errorOf(first),
      retries: first.stderr.split('trying again in').length - 1,
      has,
      again: { exitCode: second.exitCode, ...errorOf(second), has: await readState(tried) },
      version: (await readPlugin(tried))?.version as number | undefined,
      serviceUsers: await countServiceUsers(tried),
      releases: readReleases(root),
    };
  } finally {
    await proxy.close();
  }
}

function makeProject({ projectRoot, folder }: Bench, name: string): string {
  const root = join(folder, name);
  mkdirSync(root);
  for (const part of PARTS) cpSync(join(projectRoot, part), join(root, part), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'));
  return root;
}

/** The smallest image that Lambda takes, and another than all before. */
function writeDockerfile(root: string, name: string): void {
  const lines = [
    'FROM node:24-bookworm-slim',
    'COPY index.js /var/task/',
    'WORKDIR /var/task',
    'ENTRYPOINT ["/usr/local/bin/node", "/var/task/index.js"]',
    'CMD ["index.handler"]',
  ];
  writeFileSync(join(root, 'Dockerfile'), lines.join('\n'));
  writeFileSync(join(root, '.dockerignore'), '*\n!index.js\n');
  writeFileSync(join(root, 'index.js'), `exports.handler = async () => ({ statusCode: 204 }); // ${name}\n`);
}

function writePluginFile({ root, name, disturbance }: Try, timeout: number): void {
  const deploymentPackageType = disturbance.isImage ? 'IMAGE' : 'ZIP';
  const file = { name, displayName: name, version: 1, deploymentPackageType, timeout };
  const notifications = [{ entityTypeName: 'patient', actionName: '_create' }];
  const whole = { ...file, subscriptions: { notifications }, environmentVariables: { COLOUR: 'blue' } };
  writeFileSync(join(root, 'plugin.json'), JSON.stringify(whole));
}

async function prepareUpdate(tried: Try): Promise<void> {
  const { root } = tried;
  writePluginFile(tried, OLD);
  const { exitCode, stderr } = await startDeploy(tried).run;
  if (exitCode !== 0) throw new Error(stderr);
  const index = join(root, 'src/index.ts');
  writeFileSync(index, `${readFileSync(index, 'utf8')}\nexport const changed = true;\n`);
}

async function disturb(tried: Try): Promise<Run> {
  const { root, proxy, registry, disturbance } = tried;
  const { strike, strikeRegistry, interrupt, interruptAt, thenRelease, isLedgerUnwritable } = disturbance;
  if (isLedgerUnwritable) mkdirSync(join(root, '.biot/releases.jsonl'), { recursive: true });
  if (strike) proxy.strike(strike);
  if (strikeRegistry) registry.strike(strikeRegistry);
  const { run, says, sendCtrlC } = startDeploy(tried);
  if (interruptAt !== undefined) await Promise.race([says(interruptAt), run]);
  if (interrupt) await Promise.race([strike ? proxy.struck() : registry.struck(), run]);
  if (interrupt || interruptAt !== undefined) sendCtrlC();
  if (thenRelease) proxy.release();
  return run;
}

/** The fault is over; its traces in this folder are not, but for a ledger that could not be written. */
async function repair({ proxy, registry, root, disturbance }: Try): Promise<void> {
  await proxy.mend();
  await registry.mend();
  if (disturbance.isLedgerUnwritable) rmSync(join(root, '.biot/releases.jsonl'), { recursive: true });
}

function startDeploy({ root, proxy, emulator }: Try) {
  const child = spawn(process.execPath, [join(root, 'cli/biot-plugin.mjs'), 'deploy', '--json'], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...emulator.env,
      BIOT_CLI_BASE_URL: proxy.baseUrl,
      AWS_ENDPOINT_URL_ECR: `${proxy.baseUrl}/ecr`,
    },
  });
  const run: Run = { exitCode: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    run.stdout += chunk;
  });
  const waiting = new Set<() => void>();
  child.stderr.on('data', (chunk) => {
    run.stderr += chunk;
    for (const look of waiting) look();
  });
  return {
    says: (text: string) =>
      new Promise<void>((resolve) => waiting.add(() => run.stderr.includes(text) && resolve())),
    run: once(child, 'close').then(([exitCode]): Run => ({ ...run, exitCode: exitCode as number | null })),
    sendCtrlC: () => void child.kill('SIGINT'),
  };
}

const errorOf = ({ stdout }: Run): { code?: string; message?: string } => {
  const { error } = JSON.parse(stdout || '{"error":{"code":"NO_OUTPUT"}}') as {
    error?: { code: string; message: string };
  };
  return error ? { code: error.code, message: error.message } : {};
};

async function readPlugin({ call, name }: Try): Promise<Json | undefined> {
  const { status, body } = await call('GET', `/settings/v2/plugins/Plugin-${name}`);
  return status === 200 ? (body as Json) : undefined;
}

async function readState(tried: Try): Promise<Outcome['has']> {
  const plugin = await readPlugin(tried);
  const isUpdate = tried.disturbance.change === 'update';
  if (!plugin) return isUpdate ? 'something else' : 'old';
  const { timeout, version, environmentVariables, subscriptions } = plugin as Json & { subscriptions: Json };
  const rest = JSON.stringify([environmentVariables, subscriptions.notifications]);
  if (rest !== WHOLE) return 'something else';
  if (isUpdate && timeout === OLD && version === 1) return 'old';
  return timeout === NEW && Number(version) >= (isUpdate ? 2 : 1) ? 'new' : 'something else';
}

const WHOLE = JSON.stringify([{ COLOUR: 'blue' }, [{ entityTypeName: 'patient', actionName: '_create' }]]);

async function countServiceUsers({ call, name }: Try): Promise<number> {
  const { body } = await call('GET', '/ums/v2/services?searchRequest={"limit":1000}');
  return (body.data as Json[]).filter((user) => user.name === `Plugin-${name}`).length;
}

function readReleases(root: string): number[] {
  const lines = readFileSync(join(root, '.biot/releases.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { version: number }).version);
}
