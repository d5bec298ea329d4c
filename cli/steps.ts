import { stripVTControlCharacters } from 'node:util';
import type { Step, Steps } from '../deploy/steps.ts';

export type StepsOptions = {
  /** A line that is drawn anew while the step goes on; otherwise a line at its begin and one at its end. */
  isTerminal: boolean;
  isColoured: boolean;
  columns: number;
  write(text: string): void;
};

export type RunningSteps = Steps & {
  /** The step that goes on, for whoever interrupts it. */
  current(): Step | undefined;
  /** A line of its own, in the middle of a step too. */
  say(line: string): void;
  /** Leaves the terminal to a question, in the middle of a step too. */
  aside<Result>(ask: () => Promise<Result>): Promise<Result>;
};

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** Each step with the time it took. */
export function createSteps(options: StepsOptions): RunningSteps {
  let current: Step | undefined;
  let line: Line | undefined;
  return {
    current: () => current,
    say(text) {
      line?.clear();
      options.write(`${text}\n`);
    },
    aside: (ask) => (line ? line.aside(ask) : ask()),
    async run(step, work) {
      const begun = performance.now();
      current = step;
      line = options.isTerminal ? drawLine(step, options) : printLine(step, options);
      try {
        const result = await work(line.show);
        line.end(true, performance.now() - begun);
        current = undefined;
        return result;
      } catch (error) {
        line.end(false, performance.now() - begun);
        throw error; // and the step stays the current one: it is where the command ended
      } finally {
        line = undefined;
      }
    },
  };
}

type Line = {
  show(output: string): void;
  /** For a line of another. */
  clear(): void;
  aside<Result>(ask: () => Promise<Result>): Promise<Result>;
  end(isDone: boolean, ms: number): void;
};

function printLine({ title }: Step, { write }: StepsOptions): Line {
  let isCutOff = false;
  write(`${title}\n`);
  const clear = () => {
    if (isCutOff) write('\n');
    isCutOff = false;
  };
  return {
    show(output) {
      write(output);
      isCutOff = !output.endsWith('\n');
    },
    clear,
    aside: (ask) => ask(),
    end(isDone, ms) {
      clear();
      write(`${title}: ${isDone ? 'done' : 'failed'}, ${toSeconds(ms)}\n`);
    },
  };
}

/** Programs' output is kept back, but for its last line, unless the step fails. */
function drawLine({ title }: Step, { write, columns, isColoured }: StepsOptions): Line {
  const paint = (code: number, text: string) => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const begun = performance.now();
  let kept = '';
  let frame = 0;
  const draw = () => {
    const head = `${FRAMES[frame++ % FRAMES.length]} ${title} ${toSeconds(performance.now() - begun)}`;
    const rest = `  ${lastLineOf(kept)}`.slice(0, Math.max(0, columns - 1 - head.length));
    write(`${CLEAR_LINE}${head.slice(0, columns - 1)}${paint(2, rest)}`);
  };
  const start = () => {
    draw();
    return setInterval(draw, FRAME_MS).unref();
  };
  let drawing = start();
  const stop = () => {
    clearInterval(drawing);
    write(CLEAR_LINE);
  };
  return {
    show: (output) => {
      kept += output;
    },
    clear: () => write(CLEAR_LINE),
    async aside(ask) {
      stop();
      const answer = await ask();
      drawing = start();
      return answer;
    },
    end(isDone, ms) {
      stop();
      const mark = isDone ? paint(32, '✓') : paint(31, '✗');
      if (!isDone && kept) write(kept.endsWith('\n') ? kept : `${kept}\n`);
      write(`${mark} ${title} ${paint(2, toSeconds(ms))}\n`);
    },
  };
}

/** A tab is as wide as it likes, and colours would be cut in two. */
function lastLineOf(output: string): string {
  const line = output
    .trimEnd()
    .split(/[\r\n]/)
    .at(-1);
  return stripVTControlCharacters(line ?? '').replaceAll('\t', ' ');
}

const toSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
