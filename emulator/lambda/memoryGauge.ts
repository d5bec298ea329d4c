import type { MemoryReader } from './containerMemory.ts';

const MB = 1024 * 1024;
const PERIOD_MS = 100;

export type MemoryGauge = {
  /** Reads from time to time until `stop`. */
  start(): void;
  stop(): void;
  /** Reads once. */
  measure(): Promise<void>;
  /** The highest that was seen, in MB; undefined when nothing was. */
  peakMb(): number | undefined;
};

/**
 * Follows a container's use of memory. /tmp lies in memory here, and the kernel counts it as the function's, which
 * Lambda does not: so `setLimit` (MB) is told `memorySize` and what lies in /tmp, whenever that has changed.
 */
export function createMemoryGauge(
  read: MemoryReader,
  memorySize: number,
  setLimit: (megabytes: number) => Promise<unknown>,
): MemoryGauge {
  let peak: number | undefined;
  let credit = 0;
  let timer: NodeJS.Timeout | undefined;
  const measure = async () => {
    const use = await read();
    if (!use) return;
    peak = Math.max(peak ?? 0, use.own);
    const tmpMb = Math.ceil(use.tmp / MB);
    if (Math.abs(tmpMb - credit) <= 1) return;
    credit = tmpMb;
    await setLimit(memorySize + tmpMb).catch(() => undefined); // ended, or it uses more already
  };
  const stop = () => clearInterval(timer);
  const start = () => {
    stop();
    timer = setInterval(() => void measure(), PERIOD_MS).unref();
  };
  return {
    ...{ start, stop, measure },
    peakMb: () => (peak === undefined ? undefined : Math.ceil(peak / MB)),
  };
}
