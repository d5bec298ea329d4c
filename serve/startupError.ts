/** Why the server does not start. `cure` is what to do; `exitCode` 2 is a wrong setting. */
export type StartupError = Error & { code: string; cure: string; exitCode: number };

export function startupError(told: Omit<StartupError, 'name' | 'stack'>): StartupError {
  const { message, ...rest } = told;
  return Object.assign(new Error(message), rest);
}

export const isStartupError = (error: unknown): error is StartupError =>
  error instanceof Error && 'cure' in error;
