import type { DatabaseSync } from 'node:sqlite';
import { explaining, explainingFull, openDatabase } from './openDatabase.ts';

/**
 * Where the local BioT keeps what must not be lost. All of it is in memory too; with a directory each change is
 * written to SQLite before it counts, so that `kill -9` at any moment loses nothing and leaves nothing half done.
 */
export type Store = {
  /** What is kept under this name, in the order it came. Values are replaced, never changed in place. */
  table<Value>(name: string): Map<string, Value>;
  /** As `table`, for bytes. */
  files(name: string): Map<string, Buffer>;
  /** All changes of `work`, or none of them when it throws. `work` does not wait for anything. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
};

type Disk = { directory: string; database: DatabaseSync };
type Codec<Value> = { encode(value: Value): string | Buffer; decode(stored: string | Uint8Array): Value };

/** Without a directory everything is forgotten at the end. @throws DataError */
export function openStore(directory?: string): Store {
  const disk = directory === undefined ? undefined : { directory, database: openDatabase(directory) };
  const undo: Undo = {};
  const tables = new Map<string, Map<string, unknown>>();
  const tableOf = <Value>(name: string, codec: Codec<Value>): Map<string, Value> => {
    const known = tables.get(name) ?? new Table(name, { codec, disk, undo });
    tables.set(name, known as Map<string, unknown>);
    return known as Map<string, Value>;
  };
  return {
    table: <Value>(name: string) => tableOf<Value>(name, json as Codec<Value>),
    files: (name) => tableOf(name, bytes),
    transaction: (work) => runTransaction(work, { disk, undo }),
    close: () => disk?.database.close(),
  };
}

const json: Codec<unknown> = {
  encode: (value) => JSON.stringify(value),
  decode: (stored) => JSON.parse(String(stored)),
};
const bytes: Codec<Buffer> = {
  encode: (value) => value,
  decode: (stored) => Buffer.from(stored as Uint8Array),
};

type Undo = { steps?: (() => void)[] };
type TableParts<Value> = { codec: Codec<Value>; disk: Disk | undefined; undo: Undo };

/** A Map that writes each change to disk first. */
class Table<Value> extends Map<string, Value> {
  readonly #write: (key: string, value: Value) => void;
  readonly #erase: (key: string) => void;
  readonly #undo: Undo;

  constructor(name: string, { codec, disk, undo }: TableParts<Value>) {
    super();
    this.#undo = undo;
    const write = disk?.database.prepare(
      'INSERT INTO rows (name, key, value) VALUES (?, ?, ?) ON CONFLICT (name, key) DO UPDATE SET value = excluded.value',
    );
    const erase = disk?.database.prepare('DELETE FROM rows WHERE name = ? AND key = ?');
    const directory = disk?.directory;
    this.#write = (key, value) =>
      explainingFull(directory, () => void write?.run(name, key, codec.encode(value)));
    this.#erase = (key) => explainingFull(directory, () => void erase?.run(name, key));
    if (disk) explaining(disk.directory, () => this.#load(name, { codec, database: disk.database }));
  }

  #load(name: string, { codec, database }: { codec: Codec<Value>; database: DatabaseSync }): void {
    const rows = database.prepare('SELECT key, value FROM rows WHERE name = ? ORDER BY seq').all(name);
    for (const { key, value } of rows) super.set(String(key), codec.decode(value as string | Uint8Array));
  }

  override set(key: string, value: Value): this {
    this.#write(key, value);
    const had = this.has(key);
    const before = this.get(key) as Value;
    this.#undo.steps?.push(() => void (had ? super.set(key, before) : super.delete(key)));
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    if (!this.has(key)) return false;
    this.#erase(key);
    if (this.#undo.steps) {
      const before = [...this];
      this.#undo.steps.push(() => this.#restore(before));
    }
    return super.delete(key);
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }

  /** In their old order, which is the one on disk. */
  #restore(before: [string, Value][]): void {
    super.clear();
    for (const [key, value] of before) super.set(key, value);
  }
}

function runTransaction<Result>(
  work: () => Result,
  { disk, undo }: { disk: Disk | undefined; undo: Undo },
): Result {
  if (undo.steps) return work(); // part of the one that has begun
  const steps: (() => void)[] = [];
  undo.steps = steps;
  disk?.database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    explainingFull(disk?.directory, () => disk?.database.exec('COMMIT'));
    return result;
  } catch (error) {
    for (const step of steps.reverse()) step();
    // A full disk has rolled back by itself.
    if (disk?.database.isTransaction !== false) disk?.database.exec('ROLLBACK');
    throw error;
  } finally {
    delete undo.steps;
  }
}
