import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { posix } from 'node:path';
import { text } from 'node:stream/consumers';
import { extract, type Header } from 'tar-stream';
import { lastLineOf } from '../docker.ts';
import { EXIT, Failure } from '../failure.ts';
import type { Manifest } from './checkManifest.ts';
import { BLOCK_BYTES, type Entry, isLayer, readLayer } from './readLayer.ts';

/** The lowest layer first. */
export type SavedImage = { layers: Entry[][]; manifests: Manifest[] };

export type ReadImageOptions = {
  reference: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
};

type Part = AsyncIterable<Buffer> & { header: Header };

/** What `docker save` writes, in any of its forms: layers, JSON, and links from one layer to another. */
type Saved = { layers: Map<string, Entry[]>; documents: Map<string, unknown>; links: Map<string, string> };

/** Reads all layers in one pass, as docker writes them; no more than a piece of one is in memory. @throws Failure */
export async function readImage({ reference, env, signal }: ReadImageOptions): Promise<SavedImage> {
  const child = spawn('docker', ['save', '--', reference], {
    ...{ env, stdio: ['ignore', 'pipe', 'pipe'] },
    ...(signal && { signal }),
  });
  const closed = once(child, 'close');
  closed.catch(() => undefined); // it is awaited later, and until then a failure is nobody's
  const said = text(child.stderr);
  try {
    const saved = await readSaved(child.stdout);
    const [code] = await closed;
    if (code !== 0) throw new Error(`docker save ended with ${code}`);
    return toImage(saved);
  } catch (cause) {
    child.kill();
    await closed.catch(() => undefined);
    throw unreadable(reference, { cause, said: await said });
  }
}

function unreadable(reference: string, { cause, said }: { cause: unknown; said: string }): Failure {
  const why = lastLineOf(said) || (cause as Error).message;
  return new Failure(
    {
      code: 'UNREADABLE_IMAGE',
      exitCode: EXIT.failed,
      message: `The image ${reference} cannot be read: ${why}`,
      cure: 'See what `docker save` says, and build the image anew.',
    },
    { cause },
  );
}

async function readSaved(stream: NodeJS.ReadableStream): Promise<Saved> {
  const saved: Saved = { layers: new Map(), documents: new Map(), links: new Map() };
  const tar = extract();
  stream.pipe(tar);
  for await (const entry of tar) await readPart(entry as Part, saved);
  return saved;
}

async function readPart(part: Part, { layers, documents, links }: Saved): Promise<void> {
  const { name, type, linkname } = part.header;
  const { head, whole } = await peek(part);
  if (linkname) links.set(name, posix.join(posix.dirname(name), linkname));
  if (type !== 'file' || head.length === 0) return drain(whole);
  if (isJson(head)) documents.set(name, JSON.parse(await text(whole)));
  else if (isLayer(head)) layers.set(name, await readLayer(head, whole));
  else await drain(whole);
}

/** A layer may begin so too, with the name of its first file, and that ends with a zero as JSON never does. */
const isJson = (head: Buffer): boolean => /^\s*[{[]/.test(head.toString('latin1')) && !head.includes(0);

/** Or the next one would not come. */
async function drain(content: AsyncIterable<Buffer>): Promise<void> {
  for await (const _chunk of content);
}

/** How it begins, without losing that: a block, or all if it is shorter. */
async function peek(content: AsyncIterable<Buffer>): Promise<{ head: Buffer; whole: AsyncIterable<Buffer> }> {
  const chunks = content[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < BLOCK_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = (async function* () {
    yield head;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
  return { head, whole };
}

function toImage({ layers, documents, links }: Saved): SavedImage {
  const [saved] = documents.get('manifest.json') as { Layers: string[] }[];
  const names = saved?.Layers ?? [];
  const isManifest = (document: unknown): document is Manifest => {
    const { manifests, layers: own } = document as { manifests?: unknown; layers?: unknown };
    return Array.isArray(manifests) || Array.isArray(own);
  };
  return {
    layers: names.map((name) => {
      const layer = layers.get(links.get(name) ?? name);
      if (!layer) throw new Error(`docker save left out ${name}`);
      return layer;
    }),
    manifests: [...documents]
      .filter(([name]) => name !== 'index.json')
      .map(([, value]) => value)
      .filter(isManifest),
  };
}
