import { type Passing, parseRetryAfter, type RetryOptions, retry } from '../../deploy/retry.ts';

describe('retry', () => {
  let said: string[];
  let waits: number[];
  let tries: number;

  beforeEach(() => {
    said = [];
    waits = [];
    tries = 0;
  });

  const failing = (times: number) => async () => {
    tries++;
    if (tries <= times) throw new Error(`failure ${tries}`);
    return 'done';
  };
  const passing = (retryAfterMs?: number) => (): Passing => ({
    reason: 'BioT is busy',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
  const options = (more: Partial<RetryOptions> = {}): RetryOptions => ({
    onRetry: (line) => void said.push(line),
    wait: async (ms) => void waits.push(ms),
    random: () => 0,
    ...more,
  });

  it('does it once when it succeeds', async () => {
    const result = await retry(failing(0), passing(), options());

    expect({ result, tries, said }).toEqual({ result: 'done', tries: 1, said: [] });
  });

  it('waits twice as long before each further try, and says so', async () => {
    const result = await retry(failing(4), passing(), options());

    expect({ result, tries, waits }).toEqual({ result: 'done', tries: 5, waits: [500, 1000, 2000, 4000] });
    expect(said).toEqual([
      'BioT is busy; trying again in 0.5 s (try 2 of 5)',
      'BioT is busy; trying again in 1.0 s (try 3 of 5)',
      'BioT is busy; trying again in 2.0 s (try 4 of 5)',
      'BioT is busy; trying again in 4.0 s (try 5 of 5)',
    ]);
  });

  it('throws the last failure after five tries', async () => {
    const result = retry(failing(9), passing(), options());

    await expect(result).rejects.toThrow('failure 5');
    expect(tries).toBe(5);
  });

  it('throws at once what does not pass', async () => {
    const result = retry(failing(1), () => undefined, options());

    await expect(result).rejects.toThrow('failure 1');
    expect({ tries, said }).toEqual({ tries: 1, said: [] });
  });

  it('waits by chance down to half as long', async () => {
    await retry(failing(2), passing(), options({ random: () => 1 }));

    expect(waits).toEqual([250, 500]);
  });

  it.each([
    [3000, [3000, 3000]],
    [60_000, [60_000, 60_000]],
    [0, [500, 1000]],
  ])('waits at least as long as the server asks for: %i ms', async (retryAfterMs, expected) => {
    await retry(failing(2), passing(retryAfterMs), options({ random: () => 0 }));

    expect(waits).toEqual(expected);
  });

  it('says so instead of waiting for more than a minute', async () => {
    const result = retry(failing(1), passing(60_001), options());

    await expect(result).rejects.toMatchObject({
      code: 'RETRY_LATER',
      exitCode: 1,
      message: 'BioT is busy, and asks to be left alone for 61 s',
      cure: 'Run the command again after that time.',
    });
    expect({ tries, waits }).toEqual({ tries: 1, waits: [] });
  });

  it('ends its wait at once when it is aborted', async () => {
    const controller = new AbortController();
    const { wait: _wait, ...real } = options({ signal: controller.signal });

    const result = retry(failing(1), passing(50_000), { ...real, onRetry: () => controller.abort() });

    await expect(result).rejects.toThrow('aborted');
    expect(tries).toBe(1);
  });

  it('does not judge what failed because it was aborted', async () => {
    const controller = new AbortController();
    const work = async () => {
      tries++;
      controller.abort();
      throw new Error('socket hang up');
    };

    const result = retry(work, passing(), options({ signal: controller.signal }));

    await expect(result).rejects.toThrow('aborted');
    expect({ tries, said }).toEqual({ tries: 1, said: [] });
  });
});

describe('parseRetryAfter', () => {
  const now = new Date('2026-11-22T10:00:00.250Z');

  it.each([
    ['7', 7000],
    [' 0 ', 0],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 29_750],
    ['Sunday, 22-Nov-26 10:00:30 GMT', 29_750],
    ['Sun Nov 22 10:00:30 2026 GMT', 29_750],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ])('reads %j', (header, expected) => {
    const ms = parseRetryAfter(header, now);

    expect(ms).toBe(expected);
  });

  it.each([undefined, '', '-3', '1.5', 'soon', '2026-13-45T00:00:00Z'])('leaves %j aside', (header) => {
    const ms = parseRetryAfter(header, now);

    expect(ms).toBeUndefined();
  });
});
