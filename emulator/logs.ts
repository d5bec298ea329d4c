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
  const lines: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  let characters = 0;
  return {
    write(line) {
      lines.push(line);
      characters += line.text.length;
      while (characters > maxCharacters && lines.length > 1) characters -= lines.shift()?.text.length ?? 0;
      for (const listener of listeners) listener(line);
    },
    read: (plugin) => (plugin === undefined ? [...lines] : lines.filter((line) => line.plugin === plugin)),
    follow(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
