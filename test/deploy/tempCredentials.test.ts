import { fetchTempCredentials, readTempCredentials } from '../../deploy/tempCredentials.ts';
import type { BiotClient } from '../../src/runtime/biot.ts';

const answer = (expiration?: string) => ({
  credentials: {
    accessKeyId: 'a',
    secretAccessKey: 'b',
    sessionToken: 'c',
    ...(expiration && { expiration }),
  },
  region: 'us-east-1',
  repositoryUri: 'a.example/b',
});
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const read = (value: unknown) => readTempCredentials('-', async () => JSON.stringify(value));

describe('readTempCredentials', () => {
  it.each([
    ['an hour to go', inMinutes(60)],
    ['no end', undefined],
    ['an end a moment ago, as clocks differ', inMinutes(-4)],
  ])('takes credentials with %s', async (_what, expiration) => {
    const credentials = await read(answer(expiration));

    expect(credentials).toEqual(answer(expiration));
  });

  it('refuses those that are over, and names the clock', async () => {
    const reading = read(answer(inMinutes(-6)));

    await expect(reading).rejects.toMatchObject({
      code: 'CREDENTIALS_EXPIRED',
      exitCode: 3,
      cure: expect.stringContaining('clock'),
    });
  });
});

describe('fetchTempCredentials', () => {
  it('takes what BioT has just made, also where this machine’s clock is a day ahead', async () => {
    const made = answer(inMinutes(60 - 24 * 60));
    const biot = { get: async () => made } as unknown as BiotClient;

    const credentials = await fetchTempCredentials(biot);

    expect(credentials).toEqual(made);
  });
});
