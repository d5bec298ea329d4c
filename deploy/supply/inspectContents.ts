import { type Docker, lastLineOf } from '../docker.ts';
import { EXIT, Failure } from '../failure.ts';

/** A file of an image. dpkg knows its own by MD5. */
export type ContentFile = { path: string; sha256: string; md5: string };
export type Contents = { versions: Record<string, string>; files: ContentFile[] };

/** Of the engine or of the kernel: the image does not hold these. */
const NOT_IN_IMAGE = [
  '/proc',
  '/sys',
  '/dev',
  '/.dockerenv',
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
];

/** Runs in the image, by its own Node, as there may be no other program in it. */
const SCRIPT = `
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const left = new Set(process.argv.slice(1));
const hash = (algorithm, content) => createHash(algorithm).update(content).digest('hex');
const list = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
  const path = join(folder, entry.name);
  if (left.has(path)) return [];
  if (entry.isDirectory()) return list(path);
  if (!entry.isFile()) return [];
  const content = readFileSync(path);
  return [{ path, sha256: hash('sha256', content), md5: hash('md5', content) }];
});
process.stdout.write(JSON.stringify({ versions: process.versions, files: list('/') }));
`;

/** What is in an image: each file by its hashes, and what its Node is made of. @throws Failure */
export async function inspectContents(docker: Docker, reference: string, node: string): Promise<Contents> {
  const isolation = ['--rm', '--network', 'none', '--read-only', '--user', '0:0', '--log-driver', 'none'];
  const args = [
    'run',
    ...isolation,
    '--attach',
    'stdout',
    '--attach',
    'stderr',
    '--entrypoint',
    node,
    reference,
  ];
  const script = ['--input-type=module', '--eval', SCRIPT, ...NOT_IN_IMAGE];
  const { code, stdout, stderr } = await docker.run([...args, ...script]);
  if (code === 0) return JSON.parse(stdout) as Contents;
  throw new Failure({
    code: 'IMAGE_NOT_INSPECTED',
    exitCode: EXIT.failed,
    message: `The files of ${reference} could not be listed by its Node, ${node}: ${lastLineOf(stderr)}`,
    cure: 'See with `npx biot-plugin check-image` whether the image runs here.',
  });
}
