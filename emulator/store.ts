import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

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

/** Another local BioT has the directory open. */
export class DataInUse extends Error {
  constructor(directory: string, options: ErrorOptions) {
    super(`Another local BioT uses ${directory}`, options);
    this.name = 'DataInUse';
  }
}

type Disk = { database: DatabaseSync; isInTransaction: boolean };
type Codec<Value> = { encode(value: Value): string | Buffer; decode(stored: string | Uint8Array): Value };

/** Without a directory everything is forgotten at the end. @throws DataInUse */
export function openStore(directory?: string): Store {
  const disk = directory === undefined ? undefined : { database: open(directory), isInTransaction: false };
  const undo: { steps?: (() => void)[] } = {};
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

function open(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(join(directory, 'biot.sqlite'), { timeout: 0 });
  try {
    // The lock is the kernel's and ends with the process, however that ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec(`CREATE TABLE IF NOT EXISTS rows (
      seq INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL, value NOT NULL, UNIQUE (name, key))`);
    return database;
  } catch (cause) {
    database.close();
    if (/locked|busy/i.test((cause as Error).message)) throw new DataInUse(directory, { cause });
    throw cause;
  }
}

/** Loaded only where something is to be kept: it needs a newer Node than the rest. */
function loadSqlite(): typeof import('node:sqlite') {
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (sqlite) return sqlite;
  throw new Error(`Keeping data needs Node 22.13 or later; this is ${process.version}`);
}

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
    this.#write = (key, value) => void write?.run(name, key, codec.encode(value));
    this.#erase = (key) => void erase?.run(name, key);
    const rows =
      disk?.database.prepare('SELECT key, value FROM rows WHERE name = ? ORDER BY seq').all(name) ?? [];
    for (const { key, value } of rows) super.set(String(key), codec.decode(value as string | Uint8Array));
  }

  override set(key: string, value: Value): this {
    this.#write(key, value);
    this.#remember(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.#erase(key);
    this.#remember(key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }

  #remember(key: string): void {
    const had = this.has(key);
    const before = this.get(key) as Value;
    this.#undo.steps?.push(() => void (had ? super.set(key, before) : super.delete(key)));
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
    disk?.database.exec('COMMIT');
    return result;
  } catch (error) {
    for (const step of steps.reverse()) step();
    disk?.database.exec('ROLLBACK');
    throw error;
  } finally {
    delete undo.steps;
  }
}
