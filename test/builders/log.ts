export type LogRecord = Record<string, unknown>;

/** What goes to stdout until `restore`. */
export type CapturedLog = {
  /** All of it, as written. */
  text(): string;
  /** Line by line, parsed. */
  records(): LogRecord[];
  /** The same, and drops it. */
  take(): LogRecord[];
  restore(): void;
};

export function captureLog(): CapturedLog {
  const chunks: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    chunks.push(String(chunk));
    return true;
  });
  const text = () => chunks.join('');
  const toRecords = (written: string) =>
    written
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  return {
    text,
    records: () => toRecords(text()),
    take() {
      spy.mockClear(); // it remembers each call, and there may be millions
      return toRecords(chunks.splice(0).join(''));
    },
    restore: () => spy.mockRestore(),
  };
}
