import { DatabaseSync } from 'node:sqlite';
import { explaining, explainingFull } from '../../emulator/openDatabase.ts';

const DIRECTORY = '/data/biot';

/** As on a full disk: SQLite itself says so. */
function fillUp(): void {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA max_page_count = 2; CREATE TABLE rows (value)');
  try {
    database.prepare('INSERT INTO rows VALUES (?)').run('x'.repeat(100_000));
  } finally {
    database.close();
  }
}

describe('explainingFull', () => {
  it.each([
    ['while it is used', explainingFull],
    ['while it is opened', explaining],
  ])('says which disk is full %s', (_when, explain) => {
    const work = () => explain(DIRECTORY, fillUp);

    const message = `The disk of ${DIRECTORY} is full: nothing was changed`;
    expect(work).toThrow(expect.objectContaining({ name: 'DataError', code: 'DATA_FULL', message }));
  });

  it('leaves what else goes wrong as it is', () => {
    const error = new Error('no');

    const work = () =>
      explainingFull(DIRECTORY, () => {
        throw error;
      });

    expect(work).toThrow(error);
  });
});
