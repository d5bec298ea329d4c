import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEventFile } from '../../../cli/invoke/readEventFile.ts';
import { newFolder } from '../../builders/patient.ts';

describe('readEventFile', () => {
  const folder = newFolder();
  const read = async (content: string) => {
    const path = join(folder, 'event.json');
    await writeFile(path, content);
    return readEventFile(path, undefined);
  };

  it.each([
    ['{"format":1,"events":[null]}', 'holds no recorded event'],
    ['{"format":1,"events":[{"hook":5,"event":{}},{"hook":"__proto__"}]}', 'holds no recorded event'],
    ['{"a":"\u0000"}', 'is not JSON'],
    ['', 'is not JSON'],
  ])('refuses %j', async (content, why) => {
    const reading = read(content);

    await expect(reading).rejects.toMatchObject({
      ...{ code: 'INVALID_EVENT', exitCode: 2, message: expect.stringContaining(why) },
    });
  });

  it('takes the body of a call as an object too', async () => {
    const { event } = (await read('{"headers":{"a":"b"},"body":{"c":[1]}}')) as { event: unknown };

    expect(event).toEqual({ headers: { a: 'b' }, body: '{"c":[1]}', isBase64Encoded: false });
  });

  it.each(['null', '"text"', '[]', '{"__proto__":{"headers":1}}', '{"body":{"c":1}}'])(
    'takes %s, which Lambda takes too',
    async (content) => {
      const { event } = (await read(`\uFEFF${content}`)) as { event: unknown };

      expect(JSON.stringify(event)).toBe(content);
    },
  );
});
