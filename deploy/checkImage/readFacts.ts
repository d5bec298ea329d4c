import { posix } from 'node:path';
import { type Elf, readElf } from './readElf.ts';

/** What is in a file, as far as it matters here. */
export type Facts = {
  elf?: Elf;
  /** The line after `#!`, with its carriage return. */
  shebang?: string;
  hasCrlf?: true;
  hasPrivateKey?: true;
  /** A password or token for npm, docker… */
  hasCredentials?: true;
  /** An event of a plugin, as it was recorded. */
  isEvent?: true;
  /** Of the package.json of aws-lambda-ric. */
  version?: string;
};

const HEAD_BYTES = 64 * 1024;
const MARK = 'PRIVATE KEY-----';
/** More than lies around the mark in a key, so that one on the border of two chunks is found as well. */
const AROUND_BYTES = 512;
/** With the beginning of the key itself; documentation that only names the mark has none. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----(\\r|\\n|\s)+(Proc-Type:|[A-Za-z0-9+/]{40})/;

const CREDENTIALS: [path: RegExp, content: RegExp][] = [
  [/(^|\/)\.npmrc$/, /(_authToken|_auth|_password)\s*=\s*"?(?!\$\{)[^\s"]/],
  [/(^|\/)\.docker\/config\.json$/, /"(auth|identitytoken)"\s*:\s*"[^"]/],
  [/(^|\/)\.netrc$/, /password\s+\S/],
  [/(^|\/)\.(aws\/credentials|git-credentials)$/, /\S/],
];
const EVENT = /"(hooktype|rawPath)"\s*:/i;

/** Reads the file once, and keeps only how it begins. */
export async function readFacts(path: string, content: AsyncIterable<Buffer>): Promise<Facts> {
  const head: Buffer[] = [];
  let headBytes = 0;
  let before: Buffer = Buffer.alloc(0);
  let hasPrivateKey = false;
  for await (const chunk of content) {
    if (headBytes < HEAD_BYTES) head.push(chunk);
    headBytes += chunk.length;
    if (hasPrivateKey) continue;
    const part = Buffer.concat([before, chunk]);
    hasPrivateKey = isPrivateKey(part);
    before = part.subarray(-AROUND_BYTES);
  }
  return { ...toFacts(path, Buffer.concat(head)), ...(hasPrivateKey && { hasPrivateKey }) };
}

function isPrivateKey(part: Buffer): boolean {
  for (let at = part.indexOf(MARK); at !== -1; at = part.indexOf(MARK, at + 1)) {
    const around = part.toString('latin1', Math.max(0, at - AROUND_BYTES), at + AROUND_BYTES);
    if (PRIVATE_KEY.test(around)) return true;
  }
  return false;
}

function toFacts(path: string, head: Buffer): Facts {
  const elf = readElf(head);
  if (elf) return { elf };
  const text = head.toString('latin1');
  const shebang = text.startsWith('#!') ? text.slice(2, 256).split('\n')[0] : undefined;
  const hasCredentials = CREDENTIALS.some(([name, secret]) => name.test(path) && secret.test(text));
  const isEvent = posix.extname(path) === '.json' && EVENT.test(text);
  const version = path.endsWith('aws-lambda-ric/package.json') && /"version":\s*"([^"]+)"/.exec(text)?.[1];
  return {
    ...(shebang !== undefined && { shebang }),
    ...(text.includes('\r\n') && { hasCrlf: true }),
    ...(hasCredentials && { hasCredentials }),
    ...(isEvent && { isEvent }),
    ...(version && { version }),
  };
}
