import type { PluginError } from '../../src/runtime/errors.ts';

/** What the work throws; it is an error if it throws nothing. */
export async function failureOf(work: () => unknown): Promise<PluginError> {
  try {
    await work();
  } catch (error) {
    return error as PluginError;
  }
  throw new Error('Nothing was thrown');
}
