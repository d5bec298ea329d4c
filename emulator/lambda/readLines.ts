import type { Readable } from 'node:stream';

/** What is longer comes in pieces, as in CloudWatch. */
const MAX_LINE_CHARACTERS = 256 * 1024;

/** Tells each line of the stream, without its `\n` (a `\r` stays), and what is left at its end. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length < MAX_LINE_CHARACTERS) return;
    onLine(rest);
    rest = '';
  });
  stream.on('end', () => {
    if (rest) onLine(rest);
  });
}
