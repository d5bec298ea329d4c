import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { addCommand } from '../../cli/addCommand.ts';
import type { CommandSpec } from '../../cli/commandSpec.ts';
import type { Session } from '../../cli/session.ts';
import { EXIT, Failure } from '../../deploy/failure.ts';
import { runProgram } from '../../deploy/runProgram.ts';

// A command line of one command, run as a process of its own: what commands have in common, each by what it does.

type Run = (session: Session) => Promise<unknown>;

const step = { title: 'Waiting for nothing', ifInterrupted: 'Nothing has changed. Type: biot-plugin wait' };
const forEver = () => new Promise<never>(() => setInterval(() => undefined, 1 << 30));
const aborted = (signal: AbortSignal) => delay(1 << 30, undefined, { signal });

const runs: Record<string, Run> = {
  /** A step that ends when it is told to. */
  wait: ({ steps, signal, say }) =>
    steps.run(step, () => {
      say('ready');
      return aborted(signal);
    }),
  /** A step that needs a moment to leave all in order. */
  tidy: ({ steps, signal, say }) =>
    steps.run(step, async () => {
      say('ready');
      await aborted(signal).catch(() => delay(100));
      say('all in order');
      throw new Error('broken off');
    }),
  /** A step that is done before it hears of it. */
  done: ({ steps, signal, say }) =>
    steps.run(step, async () => {
      say('ready');
      await aborted(signal).catch(() => undefined);
    }),
  /** A step that never ends. */
  stubborn: ({ steps, signal, say }) =>
    steps.run(step, async () => {
      say('ready');
      await aborted(signal).catch(() => delay(1100));
      say('still here');
      return forEver();
    }),
  /** No step at all. */
  idle: ({ say }) => {
    say('ready');
    return forEver();
  },
  /** A step that runs a program, which tells its process id. */
  program: ({ steps, signal, say }) =>
    steps.run(step, async () => {
      const program = `console.log(process.pid); setInterval(() => undefined, 1e6)`;
      const onOutput = (output: string) => say(`ready ${output.trim()}`);
      await runProgram(process.execPath, ['-e', program], { signal, onOutput });
      signal.throwIfAborted();
    }),
  /** One that lives long, and needs a moment to end in order. */
  long: async ({ signal, say }) => {
    say('ready');
    await aborted(signal).catch(() => delay(1100));
    say('still here');
    await delay(300);
    say('ended in order');
  },
  /** Three steps with output, the last of which fails. */
  steps: async ({ steps, say }) => {
    await steps.run({ title: 'Step one' }, (show) => shown(show, 'output of one\n', 250));
    await steps.run({ title: 'Step two' }, async () => say('said in the middle'));
    await steps.run({ title: 'Step three' }, async (show) => {
      await shown(show, '\u001b[31mfirst line\u001b[0m of three\nlast\tline of three', 250);
      throw new Failure({ code: 'SAMPLE', exitCode: EXIT.failed, message: 'It broke', cure: 'Mend it.' });
    });
  },
  /** A step in whose middle a person is asked for the password. */
  question: ({ steps, biot }) => steps.run({ title: 'Asking BioT' }, () => biot().get('/thing')),
};

async function shown(show: (output: string) => void, output: string, ms: number): Promise<void> {
  show(output);
  await delay(ms);
}

const name = process.argv[2] ?? '';
const spec: CommandSpec = {
  example: name,
  ...(name === 'long' && { isLongLived: true }),
  async run(session) {
    await runs[name]?.(session);
    return { text: 'result', json: { result: true } };
  },
};

const program = new Command();
const summary = 'try what all commands have in common';
addCommand({ program, projectRoot: import.meta.dirname, usage: name, summary }, spec);
await program.parseAsync();
