import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, deployUnderFault, startBench } from '../builders/deployUnderFault.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { PROJECT_ROOT } from '../builders/project.ts';
import { imageRows, type Row, toMarkdown, zipRows } from './faultTable.ts';

const AT_ONCE = 3;
const ALL_MS = 10 * 60_000;

describe('deploy under a fault, with a ZIP', () => {
  holds(zipRows, AT_ONCE);
});

describeWithDocker('deploy under a fault, with an image', () => {
  holds(imageRows, 1); // they share the registry
});

describe('docs/faults.md', () => {
  it('has the table that is tested here', () => {
    const text = readFileSync(join(PROJECT_ROOT, 'docs/faults.md'), 'utf8');

    const table = toMarkdown([...zipRows, ...imageRows]);

    expect(text).toContain(table);
  });
});

/** Several are tried at the same time, as most of it is waiting. */
function holds(rows: Row[], atOnce: number): void {
  const outcomes = new Map<Row, Promise<unknown>>();
  let bench: Awaited<ReturnType<typeof startBench>>;

  beforeAll(async () => {
    bench = await startBench(PROJECT_ROOT);
    const waiting = [...rows];
    const work = async () => {
      for (let row = waiting.shift(); row; row = waiting.shift()) {
        const outcome = tryOut(bench, row, rows.indexOf(row));
        outcomes.set(row, outcome);
        await outcome.catch(() => undefined); // its test says so
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }, ALL_MS);

  afterAll(() => bench.end());

  it.each(rows.map((row) => [row.step, row.fault, row] as const))('%s: %s', async (_step, _fault, row) => {
    const outcome = await outcomes.get(row);

    const { version } = row;
    expect(outcome).toEqual({
      ...row.outcome,
      ...(row.outcome.code && { message: expect.any(String) }),
      again: { exitCode: 0, has: 'new' },
      version,
      serviceUsers: 1,
      releases: expect.arrayContaining([version]),
    });
  });
}

async function tryOut(bench: Bench, row: Row, index: number): Promise<unknown> {
  const { retries, ...outcome } = await deployUnderFault(bench, `row-${index}`, row.disturbance);
  return { ...outcome, isRetried: retries > 0 };
}
