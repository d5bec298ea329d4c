import { existsSync, readFileSync } from 'node:fs';
import { itWhere } from './emulator.ts';

/** As the Linux kernel names it, like `S`, or `T` for one that is stopped; undefined when the process is gone. */
export function stateOf(pid: string | number): string | undefined {
  const path = `/proc/${pid}/stat`;
  const state = existsSync(path) ? /\) (\S)/.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
  return state === 'Z' ? undefined : state;
}

/** A test that asks the kernel for the state of a process. */
export const itOnLinux = itWhere(process.platform === 'linux', 'it asks the Linux kernel', false);

/** Is there a process with this id? */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
