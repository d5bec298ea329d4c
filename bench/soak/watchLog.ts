/** What is to be found in the log of an event; `biotCalls` is undefined where nobody can tell. */
export type Entry = { requestId: string; traceId: string; code: string; biotCalls: number | undefined };

export type LogWatch = {
  onLine(line: string): void;
  /** What is wrong, when these are all the events that there were. */
  find(entries: Entry[]): string[];
};

type Line = Record<string, unknown>;

/** The lines of the function: each must hold the trace of its event, and each event has one line of metrics. */
export function watchLog(): LogWatch {
  const unreadable: string[] = [];
  const strays: Line[] = [];
  const metrics = createGroups(); // by trace
  const lines = createGroups(); // by request, one for each trace
  return {
    onLine(text) {
      const line = parse(text);
      if (!line) return void unreadable.push(text);
      const { requestId, traceId, message } = line;
      const isKnown = lines.of(requestId).some((other) => other.traceId === traceId);
      if (!isKnown) lines.add(requestId, line);
      if (message === 'Metrics') metrics.add(traceId, line);
      if (message === 'Nobody caught an error') strays.push(line);
    },
    find: (entries) => [
      ...unreadable.map((text) => `a line that is no JSON: ${text}`),
      ...strays.map(({ traceId }) => `${traceId}: an error that nobody caught`),
      ...entries.flatMap((entry) => findInMetrics(entry, metrics.of(entry.traceId))),
      ...entries.flatMap((entry) => findInOthers(entry, lines.of(entry.requestId))),
      ...findInAll(entries, metrics.all()),
    ],
  };
}

function findInMetrics({ traceId, code, biotCalls }: Entry, [line, ...more]: Line[]): string[] {
  if (!line || more.length > 0) return [`${traceId}: ${line ? more.length + 1 : 0} lines of metrics`];
  return [
    ...(line.code === code ? [] : [`${traceId}: answered ${code}, logged ${line.code}`]),
    ...(biotCalls === undefined || line.biotCalls === biotCalls
      ? []
      : [`${traceId}: called BioT ${biotCalls} times, logged ${line.biotCalls}`]),
  ];
}

const findInOthers = ({ traceId }: Entry, lines: Line[]): string[] =>
  lines
    .filter((line) => line.traceId !== traceId)
    .map((line) => `${traceId}: a line of its request is in trace ${line.traceId}`);

function findInAll(entries: Entry[], metrics: Line[]): string[] {
  const starts = metrics.filter(({ coldStart }) => coldStart === 1).length;
  return [
    ...(metrics.length === entries.length
      ? []
      : [`${metrics.length} lines of metrics for ${entries.length} events`]),
    ...(starts === 1 ? [] : [`${starts} cold starts`]),
  ];
}

function createGroups() {
  const groups = new Map<unknown, Line[]>();
  return {
    of: (key: unknown): Line[] => groups.get(key) ?? [],
    add: (key: unknown, line: Line) => void groups.set(key, [...(groups.get(key) ?? []), line]),
    all: () => [...groups.values()].flat(),
  };
}

function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
