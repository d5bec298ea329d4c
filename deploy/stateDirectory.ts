import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, Failure } from './failure.ts';

/** What `login` remembers. No secret is in it. */
export type Repository = { repositoryUri: string; region: string; loggedInAt: string };

/** What `build-and-push` remembers of the last image. */
export type PushedImage = {
  imageTag: string;
  digest: string;
  repositoryUri: string;
  platform: string;
  createdAt: string;
};

/** The folder `.biot/`, which only its owner can read. */
export async function makeStateDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o700); // also when it was there
  return path;
}

export const readRepository = (stateDirectory: string): Promise<Repository | undefined> =>
  readState<Repository>(join(stateDirectory, 'repository.json'));

export const writeRepository = (stateDirectory: string, repository: Repository): Promise<void> =>
  writeState(join(stateDirectory, 'repository.json'), repository);

export const readPushedImage = (stateDirectory: string): Promise<PushedImage | undefined> =>
  readState<PushedImage>(join(stateDirectory, 'image.json'));

export const writePushedImage = (stateDirectory: string, image: PushedImage): Promise<void> =>
  writeState(join(stateDirectory, 'image.json'), image);

async function readState<Content>(path: string): Promise<Content | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Content;
  } catch (cause) {
    const failure = { code: 'BROKEN_STATE', exitCode: EXIT.usage, message: `${path} is not valid JSON` };
    throw new Failure(
      { ...failure, cure: 'Delete the file and run the command that makes it again.' },
      { cause },
    );
  }
}

// Written aside and renamed, so that an interrupted command leaves the old file or the new one, never half of it.
async function writeState(path: string, content: object): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
