import {
  type EnvironmentSettings,
  handlerOf,
  REQUEST_ID,
  startTestEnvironment,
  type TestEnvironment,
  TRACE_ID,
} from '../../builders/environment.ts';
import { until } from '../../builders/until.ts';

const FOREVER = 'await new Promise(() => setInterval(() => undefined, 1000));';
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const MS = String.raw`\d+\.\d\d ms`;
const BILLED = String.raw`\d+ ms`;
const START = `START RequestId: ${REQUEST_ID} Version: $LATEST`;
const END = `END RequestId: ${REQUEST_ID}`;

let environment: TestEnvironment;

afterEach(() => environment.end());

/** The fields between the first two tabs, and what follows the memory. */
const report = (duration: string, rest: string) =>
  expect.stringMatching(
    `^REPORT RequestId: ${REQUEST_ID}\tDuration: ${duration}\tBilled Duration: ${BILLED}\tMemory Size: 128 MB(\tMax Memory Used: \\d+ MB)?${rest}$`,
  );

const own = (text: string) => `console.log('${text}');`;
const said = (text: string) => expect.stringMatching(`\t${text}$`);

const initReport = (phase: string, rest: string) =>
  expect.stringMatching(`^INIT_REPORT Init Duration: ${MS}\tPhase: ${phase}\t${rest}$`);

/** All lines of this many events, one after the other. */
async function linesOf(
  code: string,
  { count = 1, ...settings }: EnvironmentSettings & { count?: number } = {},
) {
  environment = await startTestEnvironment(code, settings);
  for (let sent = 0; sent < count; sent++) await environment.send();
  await until(() => environment.texts('lambda').filter((text) => text.startsWith('REPORT')).length === count);
  return environment.texts();
}

describe('the log', () => {
  it('has START, the function’s own lines, END and REPORT; the time to initialise once', async () => {
    const lines = await linesOf(
      `${own('at load')} ${handlerOf(`${own('one')} process.stdout.write('two\\n');`)}`,
      {
        count: 2,
      },
    );

    expect(lines).toEqual([
      said('at load'),
      ...[START, said('one'), 'two', END, report(MS, `\tInit Duration: ${MS}\t`)],
      ...[START, said('one'), 'two', END, report(MS, '\t')],
    ]);
  });

  it('says whose each line is: of no request yet while the function initialises', async () => {
    await linesOf(`${own('at load')} ${handlerOf(own('one'))}`);

    const ids = environment.lines.map(({ requestId, traceId, source }) => [source, requestId, traceId]);
    expect(ids).toEqual([
      ['function', undefined, TRACE_ID],
      ['lambda', REQUEST_ID, TRACE_ID],
      ['function', REQUEST_ID, TRACE_ID],
      ['lambda', REQUEST_ID, TRACE_ID],
      ['lambda', REQUEST_ID, TRACE_ID],
    ]);
  });

  it('bills the time of the start and of the event, rounded up', async () => {
    const lines = await linesOf(handlerOf(''));

    const line = lines.at(-1) ?? '';
    const numberAfter = (name: string) => Number(new RegExp(`\t${name}: ([\\d.]+)`).exec(line)?.[1]);
    expect(numberAfter('Billed Duration')).toBe(
      Math.ceil(numberAfter('Duration') + numberAfter('Init Duration')),
    );
  });

  it('has nothing more of an error that the function reports itself', async () => {
    const lines = await linesOf(handlerOf("throw new Error('no');"));

    expect(lines).toEqual([
      START,
      expect.stringContaining('\tERROR\tInvoke Error \t{"errorType":"Error"'),
      END,
      report(MS, `\tInit Duration: ${MS}\t`),
    ]);
  });

  it('says that a function took too long, and bills its whole time', async () => {
    const lines = await linesOf(handlerOf(own('one') + FOREVER), { timeout: 1 });

    expect(lines).toEqual([
      START,
      said('one'),
      expect.stringMatching(`^${TIME} ${REQUEST_ID} Task timed out after 1\\.00 seconds$`),
      END,
      report('1000\\.00 ms', `\tInit Duration: ${MS}\tStatus: timeout`),
    ]);
  });

  it('says how a function ended, and that the next event found nothing initialised', async () => {
    const lines = await linesOf(handlerOf(`${own('one')} process.exit(3);`), { count: 2 });

    const crash = [
      START,
      said('one'),
      `RequestId: ${REQUEST_ID} Error: Runtime exited with error: exit status 3`,
      'Runtime.ExitError',
      END,
    ];
    const status = '\tStatus: error\tError Type: Runtime.ExitError';
    expect(lines).toEqual([
      ...[...crash, report(MS, `\tInit Duration: ${MS}${status}`)],
      ...[...crash, report(MS, status)],
    ]);
  });

  it('reports each initialisation that failed', async () => {
    const lines = await linesOf(`${own('at load')} process.exit(1);`, { count: 2 });

    const failed = 'Status: error\tError Type: Runtime.ExitError';
    const crash = [
      START,
      `RequestId: ${REQUEST_ID} Error: Runtime exited with error: exit status 1`,
      'Runtime.ExitError',
      ...[END, report(MS, `\t${failed}`)],
    ];
    expect(lines).toEqual([
      ...[
        said('at load'),
        initReport('init', failed),
        said('at load'),
        initReport('invoke', failed),
        ...crash,
      ],
      ...[said('at load'), initReport('invoke', failed), ...crash],
    ]);
  });

  it.each([
    ['Runtime.ImportModuleError', "require('not-there');"],
    ['Runtime.Unknown', "throw new RangeError('no');"],
  ])('names a failed initialisation %s', async (errorType, code) => {
    const lines = await linesOf(code);

    const reports = lines.filter((line) => line.startsWith('INIT_REPORT'));
    const failed = `Status: error\tError Type: ${errorType}`;
    expect(reports).toEqual([initReport('init', failed), initReport('invoke', failed)]);
  });
});
