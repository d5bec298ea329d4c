import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, Failure } from './failure.ts';

/** What `login` remembers. No secret is in it. */
export type Repository = {
  repositoryUri: string;
  region: string;
  /** The BioT whose repository it is. Absent when the credentials came from a file. */
  baseUrl?: string;
  /** Both ISO 8601: when docker was logged in, and until when that is good. */
  loggedInAt: string;
  expiresAt: string;
};

/** What `build-and-push` remembers of the last image. */
export type PushedImage = {
  imageTag: string;
  digest: string;
  repositoryUri: string;
  /** The BioT that it is for, as far as it is known. */
  baseUrl?: string;
  platform: string;
  /** Of what it was built from, and what `docker build` was told beside that. */
  contentHash?: string;
  buildArgs?: string[];
  createdAt: string;
};

/** The folder `.biot/`, which only its owner can read. */
export async function makeStateDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 }); // the folders above it too
  await chmod(path, 0o700); // also when it was there
  return path;
}

export const readRepository = (stateDirectory: string): Promise<Repository | undefined> =>
  readState<Repository>(join(stateDirectory, 'repository.json'));

export const writeRepository = (stateDirectory: string, repository: Repository): Promise<void> =>
  writeState(join(stateDirectory, 'repository.json'), repository);

/** Undefined when the image is for another BioT than this one. */
export async function readPushedImage(
  stateDirectory: string,
  baseUrl?: string,
): Promise<PushedImage | undefined> {
  const image = await readState<PushedImage>(join(stateDirectory, 'image.json'));
  const isOther = baseUrl !== undefined && image?.baseUrl !== undefined && image.baseUrl !== baseUrl;
  return isOther ? undefined : image;
}

export const writePushedImage = (stateDirectory: string, image: PushedImage): Promise<void> =>
  writeState(join(stateDirectory, 'image.json'), image);

async function readState<Content>(path: string): Promise<Content | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const content = parseJson(text);
  if (typeof content === 'object' && content !== null) return content as Content;
  throw new Failure({
    code: 'BROKEN_STATE',
    exitCode: EXIT.usage,
    message: `${path} is not what a command wrote there`,
    cure: 'Delete the file and run the command that makes it again.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Written aside and renamed, so that an interrupted command leaves the old file or the new one, never half of it; aside
// under a name of its own, as another command may be doing the same.
async function writeState(path: string, content: object): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await writeFile(aside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(aside, path);
}
