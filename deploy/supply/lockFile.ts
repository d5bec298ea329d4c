import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A package as package-lock.json has it. */
export type LockedPackage = {
  name: string;
  version: string;
  licence?: string;
  /** Of its archive, like `sha512-…` in base64. */
  integrity?: string;
};

/** By its path there, like `node_modules/axios`. */
export type LockFile = Map<string, LockedPackage>;

type Entry = { name?: string; version?: string; license?: string; integrity?: string };

/** What `npm ci` installs, this project and its folders left out. */
export async function readLockFile(projectRoot: string): Promise<LockFile> {
  const text = await readFile(join(projectRoot, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, Entry> };
  return new Map(
    Object.entries(packages)
      .filter(([path]) => path.includes('node_modules/'))
      .map(([path, { name, version = '', license, integrity }]) => [
        path,
        {
          name: name ?? path.split('node_modules/').at(-1) ?? path,
          version,
          ...(license && { licence: license }),
          ...(integrity && { integrity }),
        },
      ]),
  );
}

const RUNTIME_CLIENT = 'node_modules/aws-lambda-ric';
/** What came into its two files that run. With the rest it only builds itself. */
const RUNTIME_CLIENT_HOLDS = ['@aws/lambda-invoke-store', 'node-addon-api'];

/** The paths of the runtime client, which is first, and of the packages that are in its files. */
export function listRuntimeClient(lock: LockFile): string[] {
  const held = RUNTIME_CLIENT_HOLDS.flatMap((name) =>
    [`${RUNTIME_CLIENT}/node_modules/${name}`, `node_modules/${name}`]
      .filter((path) => lock.has(path))
      .slice(0, 1),
  );
  return lock.has(RUNTIME_CLIENT) ? [RUNTIME_CLIENT, ...held] : [];
}
