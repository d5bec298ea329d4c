import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeStateDirectory } from './stateDirectory.ts';

/** One deployment from here. A line of `.biot/releases.jsonl`, which is only ever added to. No secret is in it. */
export type Release = ReleaseKey & {
  /** The plugin's version that it became. */
  version: number;
  deploymentPackageType: 'IMAGE' | 'ZIP';
  /** IMAGE only. */
  imageTag?: string;
  repositoryUri?: string;
  /** Of the image's manifest, or of the ZIP: `sha256:…`. */
  digest: string;
  /** Of what it was built from; equal content need not be built again. */
  contentHash: string;
  /** What was sent beside the code. */
  config: ReleasedConfig;
  /** HEAD, and whether the working tree differed from it. Absent outside of git. */
  gitCommit?: string;
  isDirty?: boolean;
  /** BioT's `creationTime` of the plugin: another one of the same name has another. */
  pluginCreatedAt: string;
  /** The version whose code this is again. */
  rollbackOf?: number;
  /** ISO 8601. */
  createdAt: string;
};

/** Which plugin of which BioT a release is of. Absent without `--env`. */
export type ReleaseKey = { baseUrl: string; plugin: string; environmentName?: string };

/** Values of variables are kept as hashes with a salt of their own, so that they can be compared and not read. */
export type ReleasedConfig = {
  hash: string;
  salt: string;
  /** Name → hash of its value. */
  variables: Record<string, string>;
  /** Other fields by their path, like `memorySize` or `subscriptions.notifications`. */
  fields: Record<string, unknown>;
  /** Paths that an earlier release had set and whose file named them no more: BioT still has them. */
  left?: string[];
  /** Names of variables that were known to be secret; BioT may have their values long after the file names them no more. */
  secrets?: string[];
};

const FILE = 'releases.jsonl';

/** Oldest first. A line that a crash has cut off is passed over. */
export async function readReleases(stateDirectory: string, key: ReleaseKey): Promise<Release[]> {
  const text = await readFile(join(stateDirectory, FILE), 'utf8').catch(() => '');
  return text
    .split('\n')
    .map(parseLine)
    .filter((release) => release !== undefined)
    .filter((release) => isOf(release, key));
}

/** @throws when the file cannot be written */
export async function appendRelease(stateDirectory: string, release: Release): Promise<void> {
  await makeStateDirectory(stateDirectory);
  const path = join(stateDirectory, FILE);
  const text = await readFile(path, 'utf8').catch(() => '');
  const begin = text === '' || text.endsWith('\n') ? '' : '\n'; // after a line that was cut off
  await appendFile(path, `${begin}${JSON.stringify(release)}\n`, { mode: 0o600 });
}

/** Names of variables whose values are not shown. */
export const secretsOf = (releases: readonly Release[]): string[] =>
  releases.flatMap(({ config }) => config.secrets ?? []);

function parseLine(line: string): Release | undefined {
  try {
    const value = JSON.parse(line) as Release;
    return isWhole(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isWhole = (value: Release): boolean =>
  typeof value?.version === 'number' &&
  typeof value.digest === 'string' &&
  typeof value.config?.salt === 'string' &&
  [value.config.variables, value.config.fields].every((map) => typeof map === 'object' && map !== null);

const isOf = (release: Release, key: ReleaseKey): boolean =>
  release.baseUrl === key.baseUrl &&
  release.plugin === key.plugin &&
  release.environmentName === key.environmentName;
