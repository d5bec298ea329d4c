import { readFile } from 'node:fs/promises';
import type { Docker } from './dockerApi.ts';
import { dockerCalls } from './dockerCalls.ts';

/** Bytes. `own` is what Lambda would count; what lies in /tmp it does not. */
export type MemoryUse = { own: number; tmp: number };

/** How much memory the container uses now; undefined where that cannot be seen. */
export type MemoryReader = () => Promise<MemoryUse | undefined>;

/**
 * Reads the kernel's own count where the engine runs on this machine. The engine's API would tell it too, but only
 * once a second. Elsewhere nothing is known.
 */
export function createMemoryReader(docker: Docker, container: string): MemoryReader {
  let file: Promise<string | undefined> | undefined;
  return async () => {
    file ??= findFile(docker, container).catch(() => undefined);
    const path = await file;
    const text = path && (await readFile(path, 'utf8').catch(() => undefined));
    return text ? toMemoryUse(text) : undefined;
  };
}

async function findFile(docker: Docker, container: string): Promise<string | undefined> {
  const { Id, State } = (await docker(dockerCalls.inspect(container))) as {
    Id: string;
    State: { Pid: number };
  };
  const groups = await readFile(`/proc/${State.Pid}/cgroup`, 'utf8');
  // Of an engine in a virtual machine it would be some other process of this one.
  const group = groups.split('\n').find((line) => /^\d+:(memory)?:/.test(line) && line.includes(Id));
  const [, controller, path] = group?.split(':') ?? [];
  return path && `/sys/fs/cgroup/${controller}${path}/memory.stat`;
}

/** Of `memory.stat`, whose names differ between the kernel's two versions of control groups. */
export function toMemoryUse(text: string): MemoryUse {
  const lines = text.split('\n').map((line) => line.split(' '));
  const fields: Record<string, number> = Object.fromEntries(
    lines.map(([name, value]) => [name, Number(value)]),
  );
  const of = (name: string) => fields[name] ?? 0;
  if ('anon' in fields) return { own: of('anon') + of('file_mapped'), tmp: of('shmem') };
  const anonymousOrTmp = of('total_active_anon') + of('total_inactive_anon');
  const rss = of('total_rss');
  return { own: rss + of('total_mapped_file'), tmp: Math.max(0, anonymousOrTmp - rss) };
}
