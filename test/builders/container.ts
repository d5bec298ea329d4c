import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runBuild } from '../../deploy/runBuild.ts';
import { runCommand } from '../../emulator/command.ts';
import type { DockerHost } from '../../emulator/lambda/dockerLauncher.ts';
import { createEnvironment, type Environment } from '../../emulator/lambda/environment.ts';
import type { Outcome } from '../../emulator/lambda/outcome.ts';
import type { Code } from '../../emulator/lambda/sandbox.ts';
import { FUNCTION_ARN, TRACE_ID } from './environment.ts';

export const BUILD_TIMEOUT_MS = 5 * 60_000;

/** Docker's command line. @throws Error when it fails */
export async function docker(...args: string[]): Promise<string> {
  const run = () => runCommand('docker', args);
  const { code, stdout, stderr } = await (args[0] === 'build' ? runBuild(run) : run());
  if (code !== 0) throw new Error(`docker ${args[0]}: ${stdout.slice(-2000)}${stderr.slice(-2000)}`);
  return stdout.trim();
}

/** Builds an image of these files, one of which is `Dockerfile`; its name. */
export async function buildImage(files: Record<string, string>, ...args: string[]): Promise<string> {
  const context = await mkdtemp(join(tmpdir(), 'biot-image-'));
  const name = `biot-plugin-test:${randomUUID()}`;
  for (const [file, text] of Object.entries(files)) await writeFile(join(context, file), text);
  await docker('build', '--platform', 'linux/amd64', ...args, '--tag', name, context);
  await rm(context, { recursive: true });
  return name;
}

export type ContainerEnvironment = Environment & {
  send(event?: object): Promise<Outcome>;
  /** The parsed result of one that does not fail. */
  ask(event?: object): Promise<unknown>;
  /** What the function, and Lambda about it, wrote so far. */
  lines: string[];
};

/** Units: MB and seconds. */
export type ContainerEnvironmentSettings = {
  memorySize?: number;
  ephemeralStorage?: number;
  timeout?: number;
  variables?(runtimeApi: string): Record<string, string>;
};

const bareVariables = (runtimeApi: string): Record<string, string> => ({
  ...{ _HANDLER: '', LAMBDA_TASK_ROOT: '/var/task', AWS_LAMBDA_RUNTIME_API: runtimeApi },
});

/** An environment with the image's function. */
export function startContainerEnvironment(
  host: DockerHost,
  code: Code,
  settings: ContainerEnvironmentSettings = {},
): ContainerEnvironment {
  const { memorySize = 128, ephemeralStorage = 512, timeout = 20, variables = bareVariables } = settings;
  const lines: string[] = [];
  const environment = createEnvironment({
    sandbox: code.createSandbox({
      limits: { memorySize, ephemeralStorage },
      variables,
      onLine: (line) => void lines.push(line),
    }),
    listenAddress: host.listenAddress,
    functionArn: FUNCTION_ARN,
    timeout,
    memorySize,
    onLine: (line) => void lines.push(line),
    onIds: () => undefined,
  });
  const send = (event: object = {}) =>
    environment.invoke(JSON.stringify(event), { requestId: randomUUID(), traceId: TRACE_ID });
  return {
    ...environment,
    lines,
    send,
    async ask(event) {
      const outcome = await send(event);
      if (!outcome.ok) throw new Error(`${outcome.payload}\n${lines.join('\n')}`);
      return JSON.parse(outcome.result);
    },
  };
}

/** Asks until it is so. @throws Error when it is not within ten seconds */
export async function pollUntil(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Not so after ten seconds: ${isSo}`);
    await sleep(20);
  }
}
