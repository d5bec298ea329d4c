import type { Step, Steps } from '../deploy/steps.ts';

export type StepsOptions = {
  /** A line that is drawn anew while the step goes on; otherwise a line at its begin and one at its end. */
  isTerminal: boolean;
  isColoured: boolean;
  /** Programs' output is shown on a terminal too. */
  isVerbose: boolean;
  columns: number;
  write(text: string): void;
};

export type RunningSteps = Steps & {
  /** The step that goes on, for whoever interrupts it. */
  current(): Step | undefined;
  /** A line of its own, in the middle of a step too. */
  say(line: string): void;
};

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** Each step with the time it took. */
export function createSteps(options: StepsOptions): RunningSteps {
  let current: Step | undefined;
  let isDrawn = false;
  return {
    current: () => current,
    say: (line) => options.write(`${isDrawn ? CLEAR_LINE : ''}${line}\n`),
    async run(step, work) {
      const begun = performance.now();
      const line = options.isTerminal ? drawLine(step, options) : printLine(step, options);
      current = step;
      isDrawn = options.isTerminal;
      try {
        const result = await work(line.show);
        line.end(true, performance.now() - begun);
        current = undefined;
        return result;
      } catch (error) {
        line.end(false, performance.now() - begun);
        throw error; // and the step stays the current one: it is where the command ended
      } finally {
        isDrawn = false;
      }
    },
  };
}

type Line = { show(output: string): void; end(isDone: boolean, ms: number): void };

function printLine({ title }: Step, { write }: StepsOptions): Line {
  write(`${title}\n`);
  return {
    show: write,
    end: (isDone, ms) => write(`${title}: ${isDone ? 'done' : 'failed'}, ${toSeconds(ms)}\n`),
  };
}

/** Programs' output is kept back, but for its last line, unless the step fails. */
function drawLine({ title }: Step, { write, columns, isColoured, isVerbose }: StepsOptions): Line {
  const paint = (code: number, text: string) => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const begun = performance.now();
  let kept = '';
  let frame = 0;
  const draw = () => {
    const head = `${FRAMES[frame++ % FRAMES.length]} ${title} ${toSeconds(performance.now() - begun)}`;
    const last =
      kept
        .trimEnd()
        .split(/[\r\n]/)
        .at(-1) ?? '';
    const room = Math.max(0, columns - head.length - 3);
    write(`${CLEAR_LINE}${head}  ${paint(2, last.slice(0, room))}`);
  };
  draw();
  const drawing = setInterval(draw, FRAME_MS);
  drawing.unref();
  return {
    show(output) {
      if (isVerbose) write(`${CLEAR_LINE}${output}`);
      else kept += output;
    },
    end(isDone, ms) {
      clearInterval(drawing);
      const mark = isDone ? paint(32, '✓') : paint(31, '✗');
      write(`${CLEAR_LINE}${isDone ? '' : kept}${mark} ${title} ${paint(2, toSeconds(ms))}\n`);
    },
  };
}

const toSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
