import { readFileSync } from 'node:fs';

/** What Linux tells of a process in MB: the resident memory now (VmRSS), or the greatest so far (VmHWM). NaN where it tells nothing. */
export function readMemoryMb(pid: number | undefined, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes = 'NaN'] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return Number(kilobytes) / 1024;
}
