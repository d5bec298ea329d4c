import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearAttempts, dropAttempt, wasAttempted, writeAttempt } from '../../deploy/attempt.ts';
import type { Place } from '../../deploy/place.ts';
import { failureOf } from '../builders/failure.ts';

describe('an attempt', () => {
  let folder: string;
  const place = (change: Partial<Place> = {}) =>
    ({
      stateDirectory: join(folder, '.biot'),
      settings: { baseUrl: 'https://api.example.com' },
      ...change,
    }) as Place;
  const attempt = { plugin: 'my-plugin', version: 3 };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is known until it is settled', async () => {
    const before = await wasAttempted(place(), attempt);
    await writeAttempt(place(), attempt);
    const during = await wasAttempted(place(), attempt);
    await clearAttempts(place());
    const after = await wasAttempted(place(), attempt);

    expect([before, during, after]).toEqual([false, true, false]);
  });

  it('is of one version of one plugin of one BioT', async () => {
    await writeAttempt(place(), attempt);

    const others = [
      await wasAttempted(place(), { ...attempt, version: 4 }),
      await wasAttempted(place(), { ...attempt, plugin: 'another' }),
      await wasAttempted(place({ settings: { baseUrl: 'https://other.example.com' } }), attempt),
      await wasAttempted(place({ environmentName: 'stage' }), attempt),
    ];

    expect(others).toEqual([false, false, false, false]);
  });

  it('stays known when the next one is surely not done, and when that is not known either', async () => {
    const next = { ...attempt, version: 4 };
    const known = () => Promise.all([attempt, next].map((each) => wasAttempted(place(), each)));

    await writeAttempt(place(), attempt);
    await writeAttempt(place(), next);
    const both = await known();
    await dropAttempt(place(), next);
    const first = await known();
    await dropAttempt(place(), attempt);

    expect([both, first, await known()]).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
  });

  it('is refused where nothing can be written, before anything is sent', async () => {
    writeFileSync(join(folder, '.biot'), ''); // a file in the place of the folder: root may write everywhere else

    const failure = await failureOf(() => writeAttempt(place(), attempt));

    expect(failure).toMatchObject({ code: 'STATE_NOT_WRITABLE', exitCode: 1 });
    expect(failure.message).toContain('Nothing was sent');
  });

  it('does not stumble over a file that was cut off', async () => {
    await writeAttempt(place(), attempt);
    writeFileSync(join(folder, '.biot/attempt.json'), '{"ver');

    const known = await wasAttempted(place(), attempt);

    expect(known).toBe(false);
  });
});
