import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { EXIT } from '../../deploy/failure.ts';
import { createApiCaller } from './commandLine.ts';
import { newPatient, PATIENTS } from './emulator.ts';

type Call = Awaited<ReturnType<typeof createApiCaller>>;

/** `npm start` of a project, as a process of its own in a process group of its own, as a terminal would start it. */
export type Development = {
  child: ChildProcess;
  call: Call;
  baseUrl: string;
  /** All lines on standard error so far. */
  lines: string[];
  /** Resolves with the first line that fits and comes after this call. */
  said(pattern: RegExp): Promise<string>;
  /** The e-mail address of a new patient after the plugin's hooks; none is ever the same, which is not shown. */
  createPatient(email?: string): Promise<{ status: number; email: unknown }>;
  /** Ctrl-C; resolves with its exit code as a shell tells it. */
  interrupt(): Promise<number>;
};

export type Command = { program: string; args: string[]; env?: NodeJS.ProcessEnv };

const FREE_PORTS = ['--port', '0', '--registry-port', '0', '--json'];

/** What `npm start` runs, without npm around it. */
export const startCommand = (...args: string[]): Command => ({
  program: process.execPath,
  args: ['cli/start.ts', ...FREE_PORTS, ...args],
});

/** As it is typed. */
export const npmStartCommand = (...args: string[]): Command => ({
  program: 'npm',
  args: ['start', '--', ...FREE_PORTS, ...args],
});

export async function startDevelopment(
  projectRoot: string,
  { program, args, env = process.env }: Command = startCommand(),
): Promise<Development> {
  const child = spawn(program, args, {
    cwd: projectRoot,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit');
  const { lines, said } = listen(child);
  const ready = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on(
      'line',
      (line) => line.startsWith('{"ready"') && resolve(line),
    );
  });
  const user = JSON.parse(ready);
  const call = await createApiCaller(user);
  let count = 0;
  return {
    child,
    call,
    baseUrl: user.baseUrl,
    lines,
    said,
    async createPatient(email = 'JANE@example.com') {
      const { status, body } = await call('POST', PATIENTS, newPatient({ _email: `${count++}.${email}` }));
      return { status, email: body._email?.replace(/^\d+\./, '') };
    },
    async interrupt() {
      process.kill(-Number(child.pid), 'SIGINT');
      const [code] = (await exit) as [number | null];
      return code ?? EXIT.interrupted;
    },
  };
}

function listen(child: ChildProcess): Pick<Development, 'lines' | 'said'> {
  const lines: string[] = [];
  const waiting = new Set<(line: string) => void>();
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look(line);
  });
  return {
    lines,
    said: (pattern) =>
      new Promise((resolve) => {
        const look = (line: string) => {
          if (!pattern.test(line)) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
      }),
  };
}
