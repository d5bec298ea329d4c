import { setTimeout as delay } from 'node:timers/promises';
import { createSteps, type StepsOptions } from '../../cli/steps.ts';
import { describeWithProgram } from '../builders/program.ts';
import { startSample } from '../builders/sample.ts';
import { until } from '../builders/until.ts';

const CLEAR = '\r\u001b[2K';
const STEP = { title: 'Building', ifInterrupted: 'Nothing has changed.' };

jest.setTimeout(30_000);

describe('createSteps', () => {
  let written: string[];

  beforeEach(() => {
    written = [];
  });

  const create = (options: Partial<StepsOptions> = {}) =>
    createSteps({
      isTerminal: false,
      isColoured: false,
      columns: 40,
      write: (text) => void written.push(text),
      ...options,
    });
  const failing = async (show: (output: string) => void) => {
    show('why it failed');
    throw new Error('broken');
  };
  /** What a person sees when all is drawn: each line as it was last. */
  const seen = () =>
    written
      .join('')
      .split('\n')
      .map((line) => line.split(CLEAR).at(-1))
      .join('\n')
      .replaceAll(/\d+\.\d s/g, '0.0 s');

  it('returns what the work returns', async () => {
    const result = await create().run(STEP, async () => 42);

    expect(result).toBe(42);
  });

  it('names the step that goes on, and none before and after', async () => {
    const steps = create();
    const before = steps.current();

    const during = await steps.run(STEP, async () => steps.current());

    expect([before, during, steps.current()]).toEqual([undefined, STEP, undefined]);
  });

  it('names the step that failed: it is where the command ended', async () => {
    const steps = create();

    const result = steps.run(STEP, failing);

    await expect(result).rejects.toThrow('broken');
    expect(steps.current()).toEqual(STEP);
  });

  describe('without a terminal', () => {
    it('writes a line at the begin and one at the end, and programs’ output as it comes', async () => {
      const steps = create();

      await steps.run(STEP, async (show) => {
        show('half a ');
        show('line\n');
        steps.say('said');
      });

      expect(seen()).toBe('Building\nhalf a line\nsaid\nBuilding: done, 0.0 s\n');
    });

    it('says that it failed', async () => {
      const result = create().run(STEP, failing);

      await expect(result).rejects.toThrow('broken');
      expect(seen()).toBe('Building\nwhy it failed\nBuilding: failed, 0.0 s\n');
    });
  });

  describe('on a terminal', () => {
    it('draws one line, which ends as a mark and the time', async () => {
      await create({ isTerminal: true }).run(STEP, async (show) => show('output\n'));

      expect(written[0]).toBe(`${CLEAR}⠋ Building 0.0 s  `);
      expect(seen()).toBe('✓ Building 0.0 s\n');
    });

    it('draws the line anew with the last line of a program’s output, as far as there is room', async () => {
      const steps = create({ isTerminal: true });

      await steps.run(STEP, async (show) => {
        show('first\n\u001b[31mthe\u001b[0m\tsecond line, which is too long\n');
        await until(() => written.some((text) => text.includes('second')));
      });

      const drawn = written.find((text) => text.includes('second')) ?? '';
      expect(drawn.slice(CLEAR.length)).toMatch(/^⠙ Building 0\.\d s {2}the second line, whic$/);
      expect(drawn.slice(CLEAR.length)).toHaveLength(39);
    });

    it('prints all of a program’s output when the step fails', async () => {
      const result = create({ isTerminal: true }).run(STEP, failing);

      await expect(result).rejects.toThrow('broken');
      expect(seen()).toBe('why it failed\n✗ Building 0.0 s\n');
    });

    it('keeps a long title within one line', async () => {
      await create({ isTerminal: true, columns: 10 }).run(STEP, async () => undefined);

      expect(written[0]).toBe(`${CLEAR}⠋ Buildin`);
    });

    it('says a line in the middle of a step above the one that is drawn', async () => {
      const steps = create({ isTerminal: true });

      await steps.run(STEP, async () => steps.say('trying again'));

      expect(seen()).toBe('trying again\n✓ Building 0.0 s\n');
    });

    it('leaves the terminal to a question', async () => {
      const steps = create({ isTerminal: true });

      const drawnMeanwhile = await steps.run(STEP, () =>
        steps.aside(async () => {
          const before = written.length;
          await delay(150); // more than one frame
          return written.length - before;
        }),
      );

      expect(drawnMeanwhile).toBe(0);
      expect(seen()).toBe('✓ Building 0.0 s\n');
    });

    it('colours marks and what is less important', async () => {
      await create({ isTerminal: true, isColoured: true }).run(STEP, async () => undefined);

      expect(seen()).toBe('\u001b[32m✓\u001b[0m Building \u001b[2m0.0 s\u001b[0m\n');
    });
  });

  describeWithProgram('python3', 'in a process of its own', () => {
    const run = async (isTerminal: boolean, env: Record<string, string> = {}, args: string[] = []) => {
      const sample = startSample('steps', { isTerminal, env, args });
      const code = await sample.exit;
      const text = sample.stdout() + sample.stderr();
      return { code, text: text.replaceAll('\r\n', '\n').replaceAll(/\d+\.\d s/g, '0.0 s') };
    };
    const PLAIN = [
      'Step one\noutput of one\nStep one: done, 0.0 s\n',
      'Step two\nsaid in the middle\nStep two: done, 0.0 s\n',
      'Step three\n\u001b[31mfirst line\u001b[0m of three\nlast\tline of three\nStep three: failed, 0.0 s\n',
      'Error: It broke\n       Mend it.\n',
    ].join('');

    it('draws on a terminal', async () => {
      const { code, text } = await run(true);

      expect(code).toBe(1);
      expect(text).toContain(`${CLEAR}⠙ Step one 0.0 s\u001b[2m  output of one\u001b[0m`);
      expect(text).toContain(`${CLEAR}\u001b[32m✓\u001b[0m Step one \u001b[2m0.0 s\u001b[0m\n`);
      expect(text).toContain(`${CLEAR}said in the middle\n`);
      expect(text).toContain(
        `${CLEAR}\u001b[31mfirst line\u001b[0m of three\nlast\tline of three\n\u001b[31m✗\u001b[0m Step three`,
      );
      expect(text.endsWith('Error: It broke\n       Mend it.\n')).toBe(true);
    });

    it('draws without colours of its own with NO_COLOR', async () => {
      const { text } = await run(true, { NO_COLOR: '1' });

      expect(text).toContain(`${CLEAR}✓ Step one 0.0 s\n`);
      expect(text).not.toContain('\u001b[32m');
    });

    it.each<[string, Parameters<typeof run>]>([
      ['in CI', [true, { CI: 'true' }]],
      ['on a terminal that cannot draw', [true, { TERM: 'dumb' }]],
      ['without a terminal', [false]],
    ])('writes plain lines %s', async (_name, given) => {
      const { code, text } = await run(...given);

      expect({ code, text }).toEqual({ code: 1, text: PLAIN });
    });

    it('writes plain lines with --verbose, as all output is shown then', async () => {
      const { text } = await run(true, {}, ['--verbose']);

      expect(text.startsWith(PLAIN)).toBe(true);
    });
  });
});
