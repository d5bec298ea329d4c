import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, withEnvironment } from '../command.ts';
import { toContainerArguments, toCpus } from './containerArguments.ts';
import {
  areLastWords,
  type ContainerState,
  type ImageCommand,
  toExit,
  toLaunchErrorLine,
} from './containerExit.ts';
import { createMemoryReader } from './containerMemory.ts';
import { dockerCalls } from './dockerCalls.ts';
import type { DockerPlace } from './dockerPlace.ts';
import { createFreezer } from './freezer.ts';
import { createMemoryGauge } from './memoryGauge.ts';
import { readLines } from './readLines.ts';
import type { Exit, Launched } from './sandbox.ts';

/** An image that the engine has. `isProgram`: does the kernel start what it names as entry point? */
export type Image = { reference: string; command: ImageCommand; isProgram: boolean };

export type ContainerSpec = {
  image: Image;
  /** MB. */
  memorySize: number;
  tmpVolume: string;
  variables: Record<string, string>;
  onLine(text: string): void;
};

/** Starts the image as Lambda would. @throws Error when the engine makes no container of it */
export async function launchContainer(place: DockerPlace, spec: ContainerSpec): Promise<Launched> {
  const { docker, engineCpus } = place;
  const { memorySize } = spec;
  const name = `${place.prefix}-${randomBytes(4).toString('hex')}`;
  place.containers.add(name);
  await createContainer(place, name, spec);

  const freezer = createFreezer(
    () => docker(dockerCalls.pause(name)),
    () => docker(dockerCalls.unpause(name)),
  );
  const gauge = createMemoryGauge(createMemoryReader(docker, name), memorySize, (megabytes) =>
    docker(dockerCalls.setMemory(name, megabytes)),
  );
  const remove = () => docker(dockerCalls.remove(name)).catch(() => undefined);
  const exited = run(place, name, spec).finally(() => {
    gauge.stop();
    place.containers.delete(name);
  });
  gauge.start();

  return {
    exited,
    onInitialised: async () =>
      void (await docker(dockerCalls.setCpus(name, toCpus(memorySize, engineCpus))).catch(() => undefined)),
    async freeze() {
      gauge.stop();
      freezer.freeze();
    },
    async thaw() {
      await freezer.thaw();
      gauge.start();
    },
    async peakMemoryMb() {
      await gauge.measure();
      return gauge.peakMb();
    },
    kill: () => void gauge.measure().finally(freezer.end).finally(remove),
  };
}

async function createContainer(place: DockerPlace, name: string, spec: ContainerSpec): Promise<void> {
  const { args, file, text, env } = toVariableArguments(
    spec.variables,
    join(place.workDirectory, `${name}.env`),
  );
  await writeFile(file, text, { mode: 0o600 });
  const { image } = spec;
  const fixed = toContainerArguments(place, { name, isProgram: image.isProgram, ...spec });
  const { code, stderr } = await runCommand('docker', ['create', ...fixed, ...args, image.reference], {
    env,
  });
  await rm(file, { force: true });
  if (code !== 0) throw new Error(stderr.trim());
}

// An environment file cannot hold a line break; such a value goes by the environment of docker's own client.
function toVariableArguments(variables: Record<string, string>, file: string) {
  const entries = Object.entries(variables);
  const lines = entries.filter(([, value]) => !value.includes('\n'));
  const others = entries.filter(([, value]) => value.includes('\n'));
  return {
    args: ['--env-file', file, ...others.flatMap(([name]) => ['--env', name])],
    file,
    text: lines.map(([name, value]) => `${name}=${value}\n`).join(''),
    env: withEnvironment(Object.fromEntries(others)),
  };
}

/** From the container's start to its end. */
async function run(place: DockerPlace, name: string, spec: ContainerSpec): Promise<Exit> {
  // Detached: a Ctrl-C in the terminal is for the emulator, which then ends its containers itself.
  const child = spawn('docker', ['start', '--attach', name], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastWords: string[] = [];
  const onLine = (line: string) => void (areLastWords(line) ? lastWords.push(line) : spec.onLine(line));
  readLines(child.stdout, onLine);
  readLines(child.stderr, onLine);
  await closed(child);

  const container = (await place.docker(dockerCalls.inspect(name)).catch(() => undefined)) as
    | { State: ContainerState }
    | undefined;
  if (!container) return { reason: 'signal: killed' }; // by us, who also removed it
  await place.docker(dockerCalls.remove(name)).catch(() => undefined);
  const exit = toExit(container.State, lastWords[0]);
  if (exit.reason.startsWith('fork/exec') || container.State.Error) {
    spec.onLine(toLaunchErrorLine(exit, spec.image.command));
  } else {
    for (const line of lastWords) spec.onLine(line);
  }
  return exit;
}

const closed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
