import { posix } from 'node:path';
import { PassThrough, pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { type Facts, readFacts } from './readFacts.ts';

/** A file, directory or link of one layer. */
export type Entry = {
  /** Absolute. */
  path: string;
  type: 'file' | 'directory' | 'symlink' | 'link' | 'other';
  mode: number;
  uid: number;
  gid: number;
  sizeBytes: number;
  /** Where a link leads, as it is written there. */
  target?: string;
  facts: Facts;
};

const KINDS: Partial<Record<string, Entry['type']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'link',
};

/** Of a tar, which is made of them: an empty one is two. */
export const BLOCK_BYTES = 512;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Reads a layer's tar, compressed or not, file by file. `head` is how it begins. @throws Error for no tar */
export async function readLayer(head: Buffer, layer: AsyncIterable<Buffer>): Promise<Entry[]> {
  const entries: Entry[] = [];
  const byPath = new Map<string, Entry>();
  const tar = extract();
  pipeline(Readable.from(layer), createDecompress(head), tar, () => undefined); // a failure ends the loop below
  for await (const entry of tar) {
    const path = posix.resolve('/', entry.header.name);
    const facts = await readFacts(path, entry as AsyncIterable<Buffer>);
    const read = withContent(toEntry(path, entry.header, facts), byPath);
    byPath.set(path, read);
    entries.push(read);
  }
  return entries;
}

/** A hard link is the file that it leads to, in the same layer and before it, and stays it when that one is removed. */
function withContent(entry: Entry, before: Map<string, Entry>): Entry {
  const { type, path, target = '' } = entry;
  const file = type === 'link' ? before.get(posix.resolve('/', target)) : undefined;
  return file ? { ...file, path, sizeBytes: 0 } : entry;
}

const isGzip = (head: Buffer): boolean => head.subarray(0, GZIP.length).equals(GZIP);
const isZstd = (head: Buffer): boolean => head.subarray(0, ZSTD.length).equals(ZSTD);

/** Docker's small text files are shorter than any tar. */
export const isLayer = (head: Buffer): boolean => isGzip(head) || isZstd(head) || head.length >= BLOCK_BYTES;

function createDecompress(head: Buffer): Transform {
  if (isGzip(head)) return createGunzip();
  if (isZstd(head)) return createZstdDecompress();
  return new PassThrough();
}

function toEntry(path: string, header: Header, facts: Facts): Entry {
  const { type, mode = 0, uid = 0, gid = 0, size = 0, linkname } = header;
  const kind = KINDS[type ?? 'file'] ?? 'other';
  return { path, type: kind, mode, uid, gid, sizeBytes: size, ...(linkname && { target: linkname }), facts };
}
