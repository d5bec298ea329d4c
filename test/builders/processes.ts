import { existsSync, readdirSync, readFileSync } from 'node:fs';

export type SeenProcess = { pid: number; args: string; environment: string };

/** A suite that looks at processes. Where the system does not show them, it is skipped and says why. */
export function describeWithProc(name: string, suite: () => void): void {
  if (existsSync('/proc/self/environ')) return void describe(name, suite);
  process.stderr.write(`Skipped: ${name}: there is no /proc\n`);
  // biome-ignore lint/suspicious/noSkippedTests: there is nothing it could look at, and it has just said so
  describe.skip(name, suite);
}

/** Only root sees the environment of another user's process. */
export const seesAllEnvironments = (): boolean => process.getuid?.() === 0;

/** All processes of this machine now, with their arguments and their environment. */
export function listProcesses(): SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const seen = look(name);
      return seen.args === '' ? look(name) : seen; // it was just becoming another program, or ending
    });
}

const look = (name: string): SeenProcess => ({
  pid: Number(name),
  args: read(`/proc/${name}/cmdline`),
  environment: read(`/proc/${name}/environ`),
});

// It may have ended by now, or be somebody else's.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Looks at the processes again and again; `stop` gives each one once, as it was seen at first. */
export function watchProcesses(): { stop(): SeenProcess[] } {
  const seen = new Map<string, SeenProcess>();
  const lookAtAll = () => {
    for (const one of listProcesses()) seen.set(`${one.pid} ${one.args}`, one);
  };
  const timer = setInterval(lookAtAll, 25);
  return {
    stop() {
      clearInterval(timer);
      lookAtAll();
      return [...seen.values()];
    },
  };
}
