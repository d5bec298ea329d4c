import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createBudget } from '../../serve/createBudget.ts';
import { readBody } from '../../serve/readBody.ts';

describe('readBody', () => {
  const toRequest = (...chunks: string[]) =>
    Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as unknown as IncomingMessage;

  it.each([
    ['all of a body', ['ab', 'c'], Buffer.from('abc')],
    ['nothing of one that is too large', ['abc', 'def'], 'TOO_LARGE'],
    ['nothing where others have taken all there is', ['ab', 'cd'], 'TOO_MANY'],
    ['nothing, as an empty body', [], Buffer.alloc(0)],
  ])('reads %s, and gives back what it took', async (_what, chunks, expected) => {
    const budget = createBudget(3);

    const body = await readBody(toRequest(...chunks), { maxBytes: 4, budget });

    expect(body).toEqual(expected);
    expect([budget.take(3), budget.isSpent()]).toEqual([true, true]);
  });

  it('gives back what it took of a body that breaks off', async () => {
    const budget = createBudget(3);
    const broken = async function* () {
      yield Buffer.from('ab');
      throw new Error('aborted');
    };

    const reading = readBody(Readable.from(broken()) as unknown as IncomingMessage, { maxBytes: 4, budget });

    await expect(reading).rejects.toThrow('aborted');
    expect(budget.take(3)).toBe(true);
  });
});
