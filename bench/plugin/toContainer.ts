import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Subject } from './startRuntime.ts';

const MEMORY = '128m';

/** `container` is docker's name for it. `kill` ends it, if it runs. */
export type Container = Subject & { container: string; kill(): void };

/** `taskRoot` stands in the place of the image's own; `onLine` gets what the function writes. */
export type ContainerOptions = { name: string; taskRoot?: string; onLine?(line: string): void };

/** The image as Lambda runs it: 128 MB, its user, a root that cannot be written. On the machine's own network. */
export function toContainer(image: string, { name, taskRoot, onLine }: ContainerOptions): Container {
  const container = `biot-bench-${randomUUID()}`;
  const kill = () => void spawnSync('docker', ['kill', container]);
  const limits = ['--memory', MEMORY, '--memory-swap', MEMORY, '--user', '993:990', '--read-only'];
  const mounts = taskRoot === undefined ? [] : ['--volume', `${taskRoot}:/var/task:ro`];
  const start: Subject['start'] = (variables) => {
    const own = { ...variables, LAMBDA_TASK_ROOT: '/var/task', _HANDLER: '' };
    const names = Object.keys(own).flatMap((variable) => ['--env', variable]);
    const run = ['run', '--rm', '--name', container, '--network', 'host', '--tmpfs', '/tmp:mode=1777'];
    const child = spawn('docker', [...run, ...limits, ...mounts, ...names, image], {
      env: { ...process.env, ...own },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) => onLine?.(line));
    return child;
  };
  return { name, taskRoot: taskRoot ?? '/var/task', container, start, kill };
}
