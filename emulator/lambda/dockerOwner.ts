import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { runCommand } from '../command.ts';
import { OWNER_LABEL } from './dockerCalls.ts';

/** A running program, told apart from another that gets its id later: `host/pid@start`. Undefined when it has ended. */
export async function toOwner(pid: number): Promise<string | undefined> {
  const start = await readStart(pid);
  return start === undefined ? undefined : `${hostname()}/${pid}@${start}`;
}

async function readStart(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
    if (process.platform === 'linux') return readTicks(pid);
    if (process.platform === 'win32') return '';
    return (await runCommand('ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim();
  } catch {
    return undefined;
  }
}

/** Since the machine's start, of which the kernel has an id. */
function readTicks(pid: number): string | undefined {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
  return `${boot}-${afterName.split(' ')[19]}`;
}

type Kind = { list: string[]; inspect: string[]; label: string; remove: string[] };

// In this order: what uses something goes before it.
const KINDS: Kind[] = [
  {
    list: ['ps', '--all'],
    inspect: ['container', 'inspect', '--format', '{{.Id}}'],
    label: '.Config.Labels',
    remove: ['rm', '--force'],
  },
  {
    list: ['volume', 'ls'],
    inspect: ['volume', 'inspect', '--format', '{{.Name}}'],
    label: '.Labels',
    remove: ['volume', 'rm', '--force'],
  },
  {
    list: ['network', 'ls'],
    inspect: ['network', 'inspect', '--format', '{{.Id}}'],
    label: '.Labels',
    remove: ['network', 'rm'],
  },
  {
    list: ['images'],
    inspect: ['image', 'inspect', '--format', '{{.Id}}'],
    label: '.Config.Labels',
    remove: ['rmi', '--force'],
  },
];

/** Removes what emulators of this machine that no longer run have left in the engine; how many things those were. */
export async function removeLeftovers(): Promise<number> {
  let removed = 0;
  for (const kind of KINDS) {
    const left = await listLeftovers(kind);
    if (left.length > 0) await runCommand('docker', [...kind.remove, ...left]);
    removed += left.length;
  }
  return removed;
}

async function listLeftovers({ list, inspect, label }: Kind): Promise<string[]> {
  const ids = await lines([...list, '--quiet', '--filter', `label=${OWNER_LABEL}`]);
  if (ids.length === 0) return [];
  const format = `${inspect.at(-1)} {{index ${label} "${OWNER_LABEL}"}}`;
  const owned = await lines([...inspect.slice(0, -1), format, ...new Set(ids)]);
  const left: string[] = [];
  for (const line of owned) {
    const [id = '', ...owner] = line.split(' ');
    if (await isGone(owner.join(' '))) left.push(id);
  }
  return left;
}

/** Only of this machine it can be told. */
async function isGone(owner: string): Promise<boolean> {
  const [host, rest = ''] = owner.split('/');
  return host === hostname() && (await toOwner(Number.parseInt(rest, 10))) !== owner;
}

const lines = async (args: string[]): Promise<string[]> =>
  (await runCommand('docker', args)).stdout.split('\n').filter(Boolean);
