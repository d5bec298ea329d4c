import { beforeDeadline, deadlineOf } from '../../../src/runtime/deadline.ts';
import { failureOf } from '../../builders/failure.ts';

const NOW = 1_700_000_000_000;

describe('deadlineOf', () => {
  it.each([
    [300, 270],
    [3_000, 2_700],
    [10_000, 9_000],
    [60_000, 59_000],
    [900_000, 899_000],
    [0, 0],
  ])('leaves, of %i ms that Lambda gives, %i', (remaining, expected) => {
    const deadline = deadlineOf({ getRemainingTimeInMillis: () => remaining }, NOW);

    expect(deadline - NOW).toBe(expected);
  });

  it.each([
    ['there is no context', undefined],
    ['the context does not tell', { awsRequestId: 'id' }],
    ['the context tells no number', { getRemainingTimeInMillis: () => Number.NaN }],
  ])('assumes a minute when %s', (_name, context) => {
    const deadline = deadlineOf(context, NOW);

    expect(deadline - NOW).toBe(59_000);
  });
});

describe('beforeDeadline', () => {
  it('returns what the work returns', async () => {
    const result = await beforeDeadline(Date.now() + 5_000, async () => 'done');

    expect(result).toBe('done');
  });

  it('throws what the work throws', async () => {
    const error = new Error('broken');

    const result = beforeDeadline(Date.now() + 5_000, () => Promise.reject(error));

    await expect(result).rejects.toBe(error);
  });

  it('throws TIMEOUT when the work never ends', async () => {
    const start = Date.now();

    const error = await beforeDeadline(start + 50, () => new Promise(() => undefined)).catch(
      (caught) => caught,
    );

    expect(error).toMatchObject({ code: 'TIMEOUT', status: 504 });
    expect(Date.now() - start).toBeLessThan(1_000);
  });

  it('throws TIMEOUT, and drops what the work throws later', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise((_resolve, reject) => {
      fail = reject;
    });

    const error = await failureOf(() => beforeDeadline(Date.now() + 20, () => work));
    fail(new Error('too late'));

    expect(error).toMatchObject({ code: 'TIMEOUT' });
    await expect(work).rejects.toThrow('too late');
  });

  it('throws TIMEOUT at once when the deadline has passed', async () => {
    const result = beforeDeadline(Date.now() - 1_000, () => new Promise(() => undefined));

    await expect(result).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});
