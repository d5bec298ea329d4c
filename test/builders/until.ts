import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 5_000;
const PAUSE_MS = 5;

/** Resolves as soon as it is so. @throws Error when that takes more than 5 s */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`It never came to be: ${isSo}`);
    await sleep(PAUSE_MS);
  }
}
