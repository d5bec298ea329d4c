export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Never a header, a body or a query in it: those hold tokens. */
export type ServerLog = (level: LogLevel, message: string, facts?: Record<string, unknown>) => void;

/** JSON lines like the plugin's own, on standard output. */
export function createLog(appName: string, write: (line: string) => void): ServerLog {
  return (level, message, facts = {}) => {
    const time = new Date().toISOString();
    write(`${JSON.stringify({ '@timestamp': time, level, message, appName, ...facts })}\n`);
  };
}
