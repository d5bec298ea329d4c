import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

const FILE = 'biot.sqlite';
/** Tells our files from other programs' (SQLite's `application_id`). */
const APPLICATION_ID = 0x42_69_6f_54;
const FORMAT = 1;
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

export type DataErrorCode =
  | 'DATA_IN_USE'
  | 'DATA_FULL'
  | 'DATA_FOREIGN'
  | 'DATA_UNREADABLE'
  | 'DATA_UNSUPPORTED';

/** The data directory cannot be used; nothing in it was changed. */
export class DataError extends Error {
  readonly code: DataErrorCode;

  constructor(code: DataErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataError';
    this.code = code;
  }
}

/** Opens, or makes, the directory's database for this process alone. @throws DataError */
export function openDatabase(directory: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  return explaining(directory, () => {
    takeDirectory(directory);
    const database = new DatabaseSync(join(directory, FILE), { timeout: 0 });
    try {
      lock(database);
      checkOrigin(database, directory);
      createTables(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Whatever goes wrong with the directory → DataError. */
export function explaining<Result>(directory: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const { errcode, message } = cause as { errcode?: number; message: string };
    if (errcode === SQLITE_FULL) throw full(directory, cause);
    throw errcode === SQLITE_BUSY
      ? new DataError('DATA_IN_USE', `Another local BioT uses ${directory}`, { cause })
      : new DataError('DATA_UNREADABLE', `What ${directory} holds cannot be read: ${message}`, { cause });
  }
}

/** A full disk → DataError; what else went wrong stays what it is. */
export function explainingFull<Result>(directory: string | undefined, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if ((cause as { errcode?: number }).errcode !== SQLITE_FULL) throw cause;
    throw full(String(directory), cause);
  }
}

const full = (directory: string, cause: unknown) =>
  new DataError('DATA_FULL', `The disk of ${directory} is full: nothing was changed`, { cause });

/** Loaded only where something is to be kept: it needs a newer Node than the rest. */
function loadSqlite(): typeof import('node:sqlite') {
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (sqlite) return sqlite;
  const message = `Keeping data needs Node 22.13 or later; this is ${process.version}`;
  throw new DataError('DATA_UNSUPPORTED', message);
}

/** For its owner only, as it holds keys. A folder of somebody's other files is left alone. */
function takeDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!existsSync(join(directory, FILE)) && readdirSync(directory).length > 0)
    throw foreign(`${directory} holds other files, and no data of a local BioT`);
  chmodSync(directory, 0o700);
}

/** The lock is the kernel's and ends with the process, however that ends. It is taken before anything is written. */
function lock(database: DatabaseSync): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
}

function checkOrigin(database: DatabaseSync, directory: string): void {
  const read = (sql: string) => Object.values(database.prepare(sql).get() ?? {})[0];
  const tables = read('SELECT count(*) FROM sqlite_schema');
  if (tables !== 0 && read('PRAGMA application_id') !== APPLICATION_ID)
    throw foreign(`${join(directory, FILE)} is another program's`);
  if (Number(read('PRAGMA user_version')) > FORMAT)
    throw foreign(`${directory} was written by a newer version of this program`);
  const finding = read('PRAGMA quick_check(1)');
  if (finding !== 'ok') throw new DataError('DATA_UNREADABLE', `${directory} is damaged: ${finding}`);
}

/** A killed process loses nothing that was committed: the system has it. */
function createTables(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(`BEGIN IMMEDIATE;
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${FORMAT};
    CREATE TABLE IF NOT EXISTS rows (
      seq INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL, value NOT NULL, UNIQUE (name, key));
    COMMIT;`);
}

const foreign = (message: string) => new DataError('DATA_FOREIGN', message);
