import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBuildTag } from '../deploy/createTag.ts';
import { showOnly } from '../deploy/steps.ts';
import type { Seed, SeedRepository } from '../emulator/seed.ts';

export type SeedOptions = {
  projectRoot: string;
  env: NodeJS.ProcessEnv;
  /** Ends the building of an image. */
  signal: AbortSignal;
  /** Docker's own output while it comes. */
  onOutput(text: string): void;
};

/** This project as the seed of a local BioT: what a plugin runs that is created without code. */
export function createSeed(options: SeedOptions): Seed {
  return {
    async zip() {
      const { makeZip } = await import('../deploy/makeZip.ts');
      return Buffer.from(await makeZip(options.projectRoot));
    },
    async image(repository) {
      const stateDirectory = await mkdtemp(join(tmpdir(), 'biot-seed-'));
      try {
        return await pushImage(options, repository, stateDirectory);
      } finally {
        await rm(stateDirectory, { recursive: true, force: true });
      }
    },
  };
}

/** With a login and a memory of its own: what the person pushed last stays the image that is deployed. */
async function pushImage(
  { projectRoot, env, signal, onOutput }: SeedOptions,
  { repositoryUri, login }: SeedRepository,
  stateDirectory: string,
): Promise<string> {
  const { buildAndPush } = await import('../deploy/buildAndPush.ts');
  const { loginToRegistry, openDocker } = await import('../deploy/docker.ts');
  const { runProgram } = await import('../deploy/runProgram.ts');
  const docker = await openDocker(stateDirectory, env, signal);
  const [registry = ''] = repositoryUri.split('/');
  const account = { registry, username: login.user, password: login.password };
  await loginToRegistry(docker, stateDirectory, account);

  const tag = `seed-${randomBytes(8).toString('hex')}`;
  const place = { projectRoot, stateDirectory, env, signal, repositoryUri };
  try {
    return (await buildAndPush({ ...place, tag, buildArgs: [], steps: showOnly(onOutput) })).digest;
  } finally {
    // The registry has it, or never will; docker's cache keeps its layers. After an abort, too.
    const names = [tag, toBuildTag(tag)].map((name) => `${repositoryUri}:${name}`);
    await runProgram('docker', ['rmi', ...names], { env });
  }
}
