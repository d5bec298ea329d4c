export type LogRecord = Record<string, unknown>;

/** What goes to stdout until `restore`. */
export type CapturedLog = {
  /** All of it, as written. */
  text(): string;
  /** Line by line, parsed. */
  records(): LogRecord[];
  restore(): void;
};

export function captureLog(): CapturedLog {
  const chunks: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    chunks.push(String(chunk));
    return true;
  });
  const text = () => chunks.join('');

  return {
    text,
    records: () =>
      text()
        .split(/\r?\n/)
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    restore: () => spy.mockRestore(),
  };
}
