import { describeWithProgram } from '../builders/program.ts';
import { type Sample, startSample } from '../builders/sample.ts';
import { until } from '../builders/until.ts';

const INTERRUPTED = {
  code: 'INTERRUPTED',
  message: 'Interrupted while: Waiting for nothing',
  cure: 'Nothing has changed. Type: biot-plugin wait',
  exitCode: 130,
};
const TOLD = `Error: ${INTERRUPTED.message}\n       ${INTERRUPTED.cure}\n`;

jest.setTimeout(30_000);

describe('watchInterruption', () => {
  let sample: Sample;

  const start = async (...given: Parameters<typeof startSample>) => {
    sample = startSample(...given);
    await sample.says('ready');
  };

  afterEach(async () => {
    sample.kill('SIGKILL');
    await sample.exit;
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends the step that goes on at %s', async (signal) => {
    await start('wait');

    sample.kill(signal);

    expect(await sample.exit).toBe(130);
    expect(sample.stderr()).toMatch(/^Waiting for nothing\nready\nWaiting for nothing: failed, \d\.\d s\n/);
    expect(sample.stderr().endsWith(TOLD)).toBe(true);
    expect(sample.stdout()).toBe('');
  });

  it('prints the document with --json', async () => {
    await start('wait', { args: ['--json'] });

    sample.kill('SIGINT');

    expect(await sample.exit).toBe(130);
    expect(JSON.parse(sample.stdout())).toEqual({ error: INTERRUPTED });
  });

  it('gives the step time to leave all in order, and takes no heed of npm’s repetition', async () => {
    await start('tidy');

    sample.kill('SIGINT');
    sample.kill('SIGINT');

    expect(await sample.exit).toBe(130);
    expect(sample.stderr()).toContain('all in order\n');
    expect(sample.stderr().endsWith(TOLD)).toBe(true);
  });

  it('ends a step that does not end by itself', async () => {
    await start('stubborn');

    sample.kill('SIGINT');

    expect(await sample.exit).toBe(130);
    expect(sample.stderr()).toContain('still here\n');
    expect(sample.stderr().endsWith(TOLD)).toBe(true);
  });

  it('ends at once when it is interrupted again', async () => {
    await start('stubborn');
    sample.kill('SIGINT');
    await sample.says('still here');

    sample.kill('SIGINT');

    expect(await sample.exit).toBe(130);
    expect(sample.stderr()).not.toContain('Error');
  });

  it('lets what is done be done', async () => {
    await start('done');

    sample.kill('SIGINT');

    expect(await sample.exit).toBe(0);
    expect(sample.stdout()).toBe('result\n');
  });

  it('ends at once where no step goes on', async () => {
    await start('idle');

    sample.kill('SIGINT');

    expect(await sample.exit).toBe(130);
    expect(sample.stderr()).toBe('ready\nError: Interrupted\n       Run it again when you like.\n');
  });

  it('ends the program that a step runs', async () => {
    await start('program');
    await until(() => /ready \d+\n/.test(sample.stderr()));
    const pid = Number(/ready (\d+)/.exec(sample.stderr())?.[1]);

    sample.kill('SIGINT');

    expect(await sample.exit).toBe(130);
    await until(() => !isAlive(pid));
  });

  it('lets a command that lives long end in order, however often it is interrupted', async () => {
    await start('long');
    sample.kill('SIGINT');
    await sample.says('still here');

    sample.kill('SIGINT');

    expect(await sample.exit).toBe(0);
    expect(sample.stderr()).toBe('ready\nstill here\nended in order\n');
  });

  describeWithProgram('python3', 'on a terminal', () => {
    it('leaves no half-drawn line before what it says at Ctrl-C', async () => {
      await start('stubborn', { isTerminal: true });

      sample.type('\x03');

      expect(await sample.exit).toBe(130);
      expect(sample.stdout()).toContain(`\r\u001b[2K${TOLD.replaceAll('\n', '\r\n')}`);
    });

    it('says what is missing at Ctrl-D instead of an answer', async () => {
      const env = { BIOT_CLI_BASE_URL: 'http://127.0.0.1:9', BIOT_CLI_USERNAME: 'me' };
      sample = startSample('question', { isTerminal: true, env });
      await sample.says('Password of me: ');

      sample.type('\x04');

      expect(await sample.exit).toBe(2);
      expect(sample.stdout()).toContain('Error: BIOT_CLI_PASSWORD is not set: the password of me');
    });

    it.each([
      ['at a question', '\x03'],
      ['in the middle of an answer', 'sec\x03'],
    ])('ends at Ctrl-C %s', async (_name, typed) => {
      const env = { BIOT_CLI_BASE_URL: 'http://127.0.0.1:9', BIOT_CLI_USERNAME: 'me' };
      sample = startSample('question', { isTerminal: true, env });
      await sample.says('Password of me: ');

      sample.type(typed);

      expect(await sample.exit).toBe(130);
      expect(sample.stdout()).toContain('Error: Interrupted while: Asking BioT');
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
