import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

// The line that never comes: its end is this process's end. A newline says that the program has ended by itself.
const UNTIL_PARENT_ENDS = 'program=$$; { read -r _ || kill "$program"; } <&3 & exec "$@" 3<&-';

/**
 * Starts a program that does not outlive this process, not even after `kill -9`. On Windows, where that cannot be
 * had without help of the system, it is an ordinary child. A program that is not there ends with code 127.
 */
export function spawnWithParent(program: string, args: string[]): ChildProcess {
  if (process.platform === 'win32') return spawn(program, args, { stdio: 'ignore' });
  const child = spawn('/bin/sh', ['-c', UNTIL_PARENT_ENDS, 'sh', program, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const line = child.stdio[3] as Writable;
  line.on('error', () => undefined); // the watcher has gone already
  child.once('exit', () => line.end('\n'));
  return child;
}
