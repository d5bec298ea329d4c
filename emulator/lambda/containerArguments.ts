import { OWNER_LABEL } from './dockerCalls.ts';
import type { DockerPlace } from './dockerPlace.ts';

const MB_PER_CPU = 1769;
const INIT_CPUS = 2;
const MAX_PROCESSES = 742;

/** Initialising a function may use this many processors, whatever its memory is. */
export const toInitCpus = (engineCpus: number): number => Math.min(INIT_CPUS, engineCpus);

/** The share of the processors that an initialised function has. */
export const toCpus = (memorySize: number, engineCpus: number): number =>
  Math.min(memorySize / MB_PER_CPU, engineCpus);

// As recorded on Lambda. Processes and threads are counted for each container: the kernel's own limit for a user
// (nproc) would count those of all containers of this uid together.
const LIMITS = [
  ...['--pids-limit', String(MAX_PROCESSES), '--ulimit', 'nofile=1024:1024', '--ulimit', 'stack=8388608:-1'],
  ...['--ulimit', 'memlock=65536:65536', '--ulimit', 'core=10737418240:10737418240'],
];

export type ContainerSettings = {
  name: string;
  /** MB. */
  memorySize: number;
  tmpVolume: string;
  /** Does the kernel start what it is to start? */
  isProgram: boolean;
};

/** What Lambda does to an image: no user but its own, nothing writable but /tmp, no privileges, its share of memory. */
export function toContainerArguments(
  { owner, network, engineCpus }: Pick<DockerPlace, 'owner' | 'network' | 'engineCpus'>,
  { name, memorySize, tmpVolume, isProgram }: ContainerSettings,
): string[] {
  return [
    ...['--name', name, '--label', `${OWNER_LABEL}=${owner}`, '--network', network.name],
    ...['--platform', 'linux/amd64', '--user', '993:990', '--no-healthcheck'],
    ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--ipc', 'none'],
    ...['--mount', `type=volume,src=${tmpVolume},dst=/tmp,volume-nocopy`, ...LIMITS],
    ...['--memory', `${memorySize}m`, '--memory-swap', `${memorySize}m`],
    ...['--cpus', String(toInitCpus(engineCpus))],
    // The first process of all is immune to its own signals, and so would not die of what kills it on Lambda. But the
    // engine's init gives what the kernel does not start to a shell.
    ...(isProgram ? ['--init'] : []),
  ];
}
