import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { runCommand } from '../command.ts';
import { dockerCalls, OWNER_LABEL } from './dockerCalls.ts';
import type { DockerPlace } from './dockerPlace.ts';

/** What an image starts with. */
export type EntryPoint = {
  isLink: boolean;
  /** Does the kernel start it? Not so a script without `#!`, or a program for another kind of processor. */
  isProgram: boolean;
};

const TAR_BLOCK = 512;
const HEAD_BYTES = 20;
const X86_64 = 62;

/** Looks at a file of an image, without starting anything of it. Undefined when there is no such file. */
export async function readEntryPoint(
  place: DockerPlace,
  reference: string,
  path: string,
): Promise<EntryPoint | undefined> {
  const name = `${place.prefix}-${randomBytes(4).toString('hex')}`;
  const label = ['--label', `${OWNER_LABEL}=${place.owner}`, '--platform', 'linux/amd64'];
  place.containers.add(name);
  await runCommand('docker', ['create', '--name', name, ...label, '--entrypoint', path, reference]);
  const [itself, followed] = [
    await readStart(name, path, []),
    await readStart(name, path, ['--follow-link']),
  ];
  await place.docker(dockerCalls.remove(name)).catch(() => undefined);
  place.containers.delete(name);
  return followed && toEntryPoint(itself ?? followed, followed);
}

/** Both are the beginning of a tar archive with the file in it; `followed` with what a link points to. */
export function toEntryPoint(itself: Buffer, followed: Buffer): EntryPoint {
  const head = followed.subarray(TAR_BLOCK);
  const isScript = head.subarray(0, 2).toString() === '#!';
  const isElf = head.subarray(1, 4).toString() === 'ELF' && head.readUInt16LE(18) === X86_64;
  return { isLink: itself.toString('latin1', 156, 157) === '2', isProgram: isScript || isElf };
}

/** As much of the archive as is needed: the file may be large. */
async function readStart(container: string, path: string, options: string[]): Promise<Buffer | undefined> {
  const child = spawn('docker', ['cp', ...options, `${container}:${path}`, '-'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.on('error', () => undefined);
  const start = await readBytes(child.stdout, TAR_BLOCK + HEAD_BYTES);
  child.kill();
  return start.length < TAR_BLOCK + HEAD_BYTES ? undefined : start;
}

async function readBytes(stream: Readable, count: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= count) break;
  }
  return bytes;
}
