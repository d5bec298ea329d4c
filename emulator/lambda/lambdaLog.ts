/** Of an initialisation or an invocation that Lambda, not the function itself, declares failed. */
export type Breakdown = { status: 'error'; errorType: string } | { status: 'timeout' };

/** The lines that Lambda writes around a function's own, in its text form. Times are milliseconds, sizes MB. */
export const lambdaLog = {
  start: (requestId: string): string => `START RequestId: ${requestId} Version: $LATEST`,

  end: (requestId: string): string => `END RequestId: ${requestId}`,

  /** Only of failed ones: a good one is told in the REPORT. */
  initReport: ({ ms, phase, breakdown }: InitReport): string =>
    [`INIT_REPORT Init Duration: ${ms.toFixed(2)} ms`, `Phase: ${phase}`, ...toStatusFields(breakdown)].join(
      '\t',
    ),

  report: (report: Report): string =>
    [
      `REPORT RequestId: ${report.requestId}`,
      `Duration: ${report.ms.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(report.ms + (report.initMs ?? 0))} ms`,
      `Memory Size: ${report.memorySize} MB`,
      ...(report.peakMemory === undefined ? [] : [`Max Memory Used: ${report.peakMemory} MB`]),
      ...(report.initMs === undefined ? [] : [`Init Duration: ${report.initMs.toFixed(2)} ms`]),
      ...(report.breakdown ? toStatusFields(report.breakdown) : ['']),
    ].join('\t'),
};

type InitReport = { ms: number; phase: 'init' | 'invoke'; breakdown: Breakdown };

/** `initMs` on a cold start only; `peakMemory` where it could be measured. */
type Report = {
  requestId: string;
  ms: number;
  memorySize: number;
  peakMemory?: number;
  initMs?: number;
  breakdown?: Breakdown;
};

const toStatusFields = (breakdown: Breakdown): string[] => [
  `Status: ${breakdown.status}`,
  ...(breakdown.status === 'error' ? [`Error Type: ${breakdown.errorType}`] : []),
];
