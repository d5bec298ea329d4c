import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Can somebody be asked? */
export const isInteractive = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY);

/** Asks for a secret; what is typed is not shown. Empty when there is no answer: Ctrl-D, or `signal`. */
export function askSecret(question: string, signal: AbortSignal): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = ask('', silent, signal); // from now on nothing is shown that is typed
  process.stderr.write(question);
  return answer.finally(() => process.stderr.write('\n'));
}

export async function askYesNo(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `, process.stderr)).trim());
}

async function ask(question: string, output: NodeJS.WritableStream, signal?: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  terminal.on('SIGINT', () => process.emit('SIGINT')); // a terminal that is asked takes Ctrl-C for a key
  const ended = once(terminal, 'close').then(() => '');
  const answer = terminal.question(question, signal ? { signal } : {}).catch(() => '');
  try {
    return await Promise.race([answer, ended]);
  } finally {
    terminal.close();
  }
}

export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
