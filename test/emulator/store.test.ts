import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { openStore, type Store } from '../../emulator/store.ts';

describe('openStore', () => {
  let folder: string;
  let directory: string;
  let store: Store | undefined;

  const open = () => {
    store?.close();
    store = openStore(directory);
    return store;
  };
  const entriesAfterRestart = (name: string) => [...open().table(name)];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
    directory = join(folder, 'new', 'data');
  });

  afterEach(() => {
    store?.close();
    store = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps values over a restart, in the order they came, a replaced one in its old place', () => {
    const table = open().table<unknown>('things');
    table.set('b', { n: 1 });
    table.set('a', [1, null, 'ü']);
    table.set('b', { n: 2 });
    table.set('c', 'gone');
    table.delete('c');

    const entries = entriesAfterRestart('things');

    expect(entries).toEqual([
      ['b', { n: 2 }],
      ['a', [1, null, 'ü']],
    ]);
  });

  it('keeps bytes as they are', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    open().files('zips').set('all', bytes);

    const kept = open().files('zips').get('all');

    expect(kept).toEqual(bytes);
  });

  it('keeps tables of different names apart', () => {
    const first = open();
    first.table('a').set('key', 1);
    first.table('b').set('key', 2);
    first.table('b').clear();

    const entries = [entriesAfterRestart('a'), entriesAfterRestart('b')];

    expect(entries).toEqual([[['key', 1]], []]);
  });

  it('gives the same table each time', () => {
    const opened = open();

    opened.table('a').set('key', 1);

    expect(opened.table('a').get('key')).toBe(1);
  });

  it('forgets everything without a directory', () => {
    const inMemory = openStore();
    inMemory.transaction(() => inMemory.table('a').set('key', 1));

    expect([...inMemory.table('a')]).toEqual([['key', 1]]);
    expect([...openStore().table('a')]).toEqual([]);
  });

  describe('transaction', () => {
    const change = (opened: Store) => {
      const table = opened.table<number>('a');
      table.set('new', 9);
      table.set('2', 22);
      table.delete('1');
      table.delete('none');
      table.set('1', 11);
      opened.table<number>('b').set('x', 1);
    };
    const before = [
      ['1', 1],
      ['2', 2],
      ['3', 3],
    ];
    const fill = () => {
      const opened = open();
      for (const n of [1, 2, 3]) opened.table('a').set(String(n), n);
      return opened;
    };

    it('makes all changes, and returns what the work returned', () => {
      const opened = fill();

      const result = opened.transaction(() => {
        change(opened);
        return 'done';
      });

      expect(result).toBe('done');
      expect(entriesAfterRestart('a')).toEqual([
        ['2', 22],
        ['3', 3],
        ['new', 9],
        ['1', 11],
      ]);
      expect(entriesAfterRestart('b')).toEqual([['x', 1]]);
    });

    it('makes none of them when the work throws, in memory and on disk, and keeps the order', () => {
      const opened = fill();

      const work = () =>
        opened.transaction(() => {
          change(opened);
          throw new Error('no');
        });

      expect(work).toThrow('no');
      expect([...opened.table('a')]).toEqual(before);
      expect([...opened.table('b')]).toEqual([]);
      expect(entriesAfterRestart('a')).toEqual(before);
    });

    it('is one with the transaction it is part of', () => {
      const opened = fill();

      const work = () =>
        opened.transaction(() => {
          opened.transaction(() => change(opened));
          throw new Error('no');
        });

      expect(work).toThrow('no');
      expect(entriesAfterRestart('a')).toEqual(before);
    });

    it('takes back what cannot be written', () => {
      const opened = fill();
      const endless: Record<string, unknown> = {};
      endless.self = endless;

      const work = () =>
        opened.transaction(() => {
          change(opened);
          opened.table('a').set('endless', endless);
        });

      expect(work).toThrow(TypeError);
      expect(entriesAfterRestart('a')).toEqual(before);
    });

    it('can be followed by another after one that failed', () => {
      const opened = fill();
      const failing = () => {
        throw new Error('no');
      };
      expect(() => opened.transaction(failing)).toThrow('no');

      opened.transaction(() => opened.table('b').set('x', 1));

      expect(entriesAfterRestart('b')).toEqual([['x', 1]]);
    });
  });

  describe('the directory', () => {
    const failure = () => {
      try {
        open();
      } catch (error) {
        return { code: (error as { code?: string }).code, message: (error as Error).message };
      }
      return undefined;
    };

    it('is for its owner only, also one that was there', () => {
      const there = join(folder, 'there');
      mkdirSync(there, { mode: 0o755 });
      chmodSync(there, 0o755);

      open();
      openStore(there).close();

      const modes = [directory, there].map((path) => statSync(path).mode & 0o777);
      expect(modes).toEqual([0o700, 0o700]);
    });

    it('is one store’s alone', () => {
      open().table('a').set('key', 1);

      const second = () => openStore(directory);

      expect(second).toThrow(expect.objectContaining({ code: 'DATA_IN_USE' }));
      expect(store?.table('a').get('key')).toBe(1);
    });

    it('is one process’s alone, until that one is killed, which loses nothing', async () => {
      const module = pathToFileURL(join(__dirname, '../../emulator/store.ts')).href;
      const program = `
        const { openStore } = await import(${JSON.stringify(module)});
        const store = openStore(${JSON.stringify(directory)});
        store.transaction(() => { for (let n = 0; n < 100; n += 1) store.table('a').set(String(n), n); });
        console.log('written');
        setInterval(() => undefined, 1000);`;
      const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program];
      const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
      const exit = once(child, 'exit');
      await once(createInterface({ input: child.stdout }), 'line');

      const whileItRuns = failure();
      child.kill('SIGKILL');
      await exit;

      expect(whileItRuns).toEqual({ code: 'DATA_IN_USE', message: expect.stringContaining(directory) });
      expect(entriesAfterRestart('a')).toHaveLength(100);
    });

    const FILE = 'biot.sqlite';
    it.each<[string, string, (path: string) => void]>([
      [
        'DATA_UNREADABLE',
        'no database',
        (path) => writeFileSync(join(path, FILE), 'not a database '.repeat(99)),
      ],
      ['DATA_UNREADABLE', 'a folder', (path) => mkdirSync(join(path, FILE))],
      ['DATA_FOREIGN', 'other files', (path) => writeFileSync(join(path, 'thesis.txt'), 'years of work')],
      [
        'DATA_FOREIGN',
        'another program’s database',
        (path) => {
          const other = new DatabaseSync(join(path, FILE));
          other.exec("CREATE TABLE rows (mine); INSERT INTO rows VALUES ('years of work')");
          other.close();
        },
      ],
      [
        'DATA_FOREIGN',
        'data of a newer version',
        (path) => {
          openStore(path).close();
          const newer = new DatabaseSync(join(path, FILE));
          newer.exec('PRAGMA journal_mode = DELETE; PRAGMA user_version = 1000');
          newer.close();
        },
      ],
      [
        'DATA_UNREADABLE',
        'a damaged page',
        (path) => {
          const written = openStore(path);
          for (let n = 0; n < 500; n += 1) written.table('a').set(String(n), 'x'.repeat(100));
          written.close();
          const bytes = readFileSync(join(path, FILE));
          bytes.fill(0x5a, 4096 * 3, 4096 * 5);
          writeFileSync(join(path, FILE), bytes);
        },
      ],
    ])('is refused (%s) and left as it is when it holds %s', (code, _what, fill) => {
      mkdirSync(directory, { recursive: true });
      fill(directory);
      const listing = () =>
        readdirSync(directory, { withFileTypes: true }).map((entry) => [
          entry.name,
          entry.isFile() && readFileSync(join(directory, entry.name)).toString('base64'),
        ]);
      const before = listing();

      const failed = failure();

      expect(failed).toEqual({ code, message: expect.stringContaining(directory) });
      expect(listing()).toEqual(before);
    });

    it('is refused when it is a file', () => {
      directory = join(folder, 'file');
      writeFileSync(directory, 'x');

      const failed = failure();

      expect(failed).toMatchObject({ code: 'DATA_UNREADABLE' });
      expect(readFileSync(directory, 'utf8')).toBe('x');
    });

    it('is refused when a value in it cannot be read', () => {
      open().table('a').set('key', 1);
      store?.close();
      store = undefined;
      const database = new DatabaseSync(join(directory, FILE));
      database.exec("UPDATE rows SET value = '{broken'");
      database.close();

      const read = () => open().table('a');

      expect(read).toThrow(expect.objectContaining({ code: 'DATA_UNREADABLE' }));
    });

    it('is usable when its making was cut short', () => {
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, FILE), '');

      open().table('a').set('key', 1);

      expect(entriesAfterRestart('a')).toEqual([['key', 1]]);
    });

    it('can be copied while nobody uses it', () => {
      open().table('a').set('key', 1);
      store?.close();
      store = undefined;
      const copy = join(folder, 'copy');
      mkdirSync(copy);
      for (const name of readdirSync(directory)) copyFileSync(join(directory, name), join(copy, name));
      directory = copy;

      expect(entriesAfterRestart('a')).toEqual([['key', 1]]);
    });
  });
});
