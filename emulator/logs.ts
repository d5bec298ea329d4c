/** A line that a function, or Lambda about it, wrote. `at` is ISO 8601. */
export type LogLine = {
  at: string;
  plugin: string;
  text: string;
  /** Of the invocation it was written in; absent while the function initialises. */
  requestId?: string;
  traceId?: string;
};

export type Logs = {
  write(line: LogLine): void;
  /** The last lines, oldest first; of one plugin if it is named. */
  read(plugin?: string): LogLine[];
  /** Tells each line as it comes, until the returned function is called. */
  follow(listener: (line: LogLine) => void): () => void;
};

const MAX_CHARACTERS = 16 * 1024 * 1024;

/** The functions' logs, as long as they fit. */
export function createLogs(maxCharacters = MAX_CHARACTERS): Logs {
  const listeners = new Set<(line: LogLine) => void>();
  let lines: LogLine[] = [];
  let forgotten = 0;
  let characters = 0;
  const forgetOldest = () => {
    while (characters > maxCharacters && lines.length - forgotten > 1) {
      characters -= sizeOf(lines[forgotten]);
      forgotten += 1;
    }
    if (forgotten * 2 <= lines.length) return;
    lines = lines.slice(forgotten); // seldom, as moving all lines for each new one would cost too much
    forgotten = 0;
  };
  return {
    write(line) {
      lines.push(line);
      characters += sizeOf(line);
      forgetOldest();
      for (const listener of [...listeners]) listener(line);
    },
    read: (plugin) => lines.slice(forgotten).filter((line) => plugin === undefined || line.plugin === plugin),
    follow(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** What a line takes beside its text, roughly. */
const LINE_CHARACTERS = 150;

const sizeOf = (line: LogLine | undefined): number => (line ? line.text.length + LINE_CHARACTERS : 0);
