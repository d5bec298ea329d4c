import { randomUUID } from 'node:crypto';
import { runSoak, type SoakReport } from '../../bench/soak/runSoak.ts';
import { BUILD_TIMEOUT_MS, docker } from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { PROJECT_ROOT } from '../builders/project.ts';

const EVENTS = 3_000;
/** Between a quarter of so few events and their end V8 still compiles. */
const MAX_GROWTH_MB = { live: 2, rss: 16 };
const CODES = [
  ...[
    'OK',
    'BIRTH_DATE_IN_FUTURE',
    'ACCESS_DENIED',
    'JWT_ERROR',
    'INVALID_BODY',
    'NO_DATA',
    'UNKNOWN_HOOK_TYPE',
  ],
  ...['NO_EVENT', 'CALL_TO_API_FAILED', 'TIMEOUT'],
];
const TAG = `biot-plugin-test:${randomUUID()}`;

describeWithDocker('the image at 128 MB, with mixed events and a BioT that fails now and then', () => {
  let report: SoakReport;

  beforeAll(async () => {
    await docker('build', '--platform', 'linux/amd64', '--tag', TAG, PROJECT_ROOT);
    report = await runSoak({ image: TAG, events: EVENTS });
  }, BUILD_TIMEOUT_MS);

  afterAll(() => docker('rmi', '--no-prune', TAG));

  it('loses nothing: each event is answered as BioT let it, and its trace is in the log once', () => {
    const answered = Object.values(report.codes).reduce((sum, count) => sum + count, 0);

    expect(report.wrong).toEqual([]);
    expect(answered).toBe(EVENTS);
  });

  it('was tried: all kinds of answers came, and BioT failed in each of its ways', () => {
    expect(Object.keys(report.codes)).toEqual(expect.arrayContaining(CODES));
    expect(report.failures).toBeGreaterThan(12);
  });

  it('does not grow once it is warm', () => {
    expect(report.growth.liveMb).toBeLessThan(MAX_GROWTH_MB.live);
    expect(report.growth.rssMb).toBeLessThan(MAX_GROWTH_MB.rss);
  });
});
