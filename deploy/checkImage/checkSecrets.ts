import { posix } from 'node:path';
import { TASK_ROOT } from './access.ts';
import { isBelow } from './checkAccess.ts';
import type { Finding } from './finding.ts';
import type { Files } from './mergeLayers.ts';
import type { Entry } from './readLayer.ts';

type Kind = Omit<Finding, 'message' | 'path'> & {
  /** Ends the sentence that begins with the path. */
  why: string;
  isFound(entry: Entry, name: string): boolean;
};

const TEST_FOLDER = /\/(tests?|__tests__|fixtures|__fixtures__|__mocks__)\//;
const IGNORE = 'Name it in .dockerignore, or copy only what the plugin needs at run time.';

const KINDS: Kind[] = [
  {
    ...{ code: 'ENV_FILE', severity: 'error', cure: `${IGNORE} BioT hands variables to the plugin.` },
    why: 'is a file of variables, whose secrets would be everybody’s who can pull the image',
    isFound: (_entry, name) => /^\.env(\..+)?$/.test(name) && !/\.(example|sample|template|dist)$/.test(name),
  },
  {
    ...{
      code: 'PRIVATE_KEY',
      severity: 'error',
      cure: `${IGNORE} Then make a new key: this one is no secret.`,
    },
    why: 'holds a private key, which everybody could take who can pull the image',
    // Libraries for TLS hold the keys of their own tests.
    isFound: ({ facts, path }, name) =>
      (facts.hasPrivateKey === true && (!facts.elf || isBelow(path, TASK_ROOT))) ||
      /^id_(rsa|dsa|ecdsa|ed25519)$|\.(p12|pfx|ppk|jks)$/.test(name),
  },
  {
    ...{ code: 'CREDENTIALS', severity: 'error', cure: `${IGNORE} A build takes them with --secret.` },
    why: 'holds a password or a token, which everybody could take who can pull the image',
    isFound: ({ facts }) => facts.hasCredentials === true,
  },
  {
    ...{ code: 'GIT_FOLDER', severity: 'error', cure: IGNORE },
    why: 'belongs to git, and with it all that was ever committed is in the image',
    isFound: ({ path }) => path.endsWith('/.git/HEAD'),
  },
  {
    ...{ code: 'RECORDED_EVENT', severity: 'error', cure: IGNORE },
    why: 'is a recorded event, which may hold people’s data and tokens',
    isFound: ({ path, facts }) => facts.isEvent === true && isBelow(path, TASK_ROOT),
  },
  {
    ...{ code: 'TEST_DATA', severity: 'warning', cure: IGNORE },
    why: 'is for tests, and no plugin needs it at run time',
    isFound: ({ path }, name) =>
      isBelow(path, TASK_ROOT) && (TEST_FOLDER.test(path) || /\.(test|spec)\.\w+$/.test(name)),
  },
];

/**
 * What nobody should find in any layer, also when a later one removes it: who pulls the image has all of them.
 * Installed packages are left aside: whatever they hold is published already.
 */
export function checkSecrets(layers: Entry[][], files: Files): Finding[] {
  const entries = new Map(
    layers.flat().map((entry) => [`${entry.path} ${JSON.stringify(entry.facts)}`, entry]),
  );
  const own = [...entries.values()].filter(
    ({ path, type }) => type === 'file' && !path.includes('/node_modules/'),
  );
  const found = own.flatMap((entry) => toFinding(entry, files) ?? []);
  return [...new Map(found.map((finding) => [`${finding.code} ${finding.path}`, finding])).values()];
}

function toFinding({ path, ...entry }: Entry, files: Files): Finding | undefined {
  const kind = KINDS.find(({ isFound }) => isFound({ path, ...entry }, posix.basename(path)));
  if (!kind) return undefined;
  const { code, severity, why, cure } = kind;
  const where = files.get(path) ? '' : ' (a later layer removes it, but it can still be read)';
  return { code, severity, message: `${path}${where} ${why}`, cure, path };
}
