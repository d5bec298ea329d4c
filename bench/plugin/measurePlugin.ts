import { round, type Spread } from '../statistics.ts';
import { type ColdFigures, measureCold } from './measureCold.ts';
import { measureSignature } from './measureSignature.ts';
import { measureThrottled, type ThrottledFigures } from './measureThrottled.ts';
import { measureWarm, type WarmFigures } from './measureWarm.ts';
import { startBiot } from './startBiot.ts';
import { makeSubjects } from './subjects.ts';

const COLD_RUNS = 21;
const WARM = { rounds: 3, events: 5_000 };
const THROTTLED_RUNS = 7;

export type PluginFigures = {
  cold: Record<string, ColdFigures>;
  warm: Record<string, WarmFigures>;
  /** Of one RS512 check, in milliseconds. */
  signatureMs: number;
  /** Absent without a container engine. */
  throttled?: Record<string, ThrottledFigures>;
};

export type MeasureOptions = { projectRoot: string; peer?: string; image?: string; say(line: string): void };

/** The Lambda beside a handler that does nothing, and beside another plugin. */
export async function measurePlugin({
  projectRoot,
  peer,
  image,
  say,
}: MeasureOptions): Promise<PluginFigures> {
  const { subjects, remove } = await makeSubjects(projectRoot, peer);
  const biot = await startBiot();
  try {
    say(`Cold starts, ${COLD_RUNS} of each in turns`);
    const cold = await measureCold(subjects, biot, COLD_RUNS);
    say(`${WARM.events} events, ${WARM.rounds} times of each in turns`);
    const warm = await measureWarm(subjects, biot, WARM);
    const signatureMs = measureSignature();
    if (!image) return { cold, warm, signatureMs };
    say(`First events with 128 MB and a fourteenth of a processor, ${THROTTLED_RUNS} of each in turns`);
    const throttled = await measureThrottled(image, subjects, { biot, runs: THROTTLED_RUNS });
    return { cold, warm, signatureMs, throttled };
  } finally {
    await biot.server.close();
    remove();
  }
}

/** Lines for people: each figure, and how many times the floor it is. */
export function toPluginRows({ cold, warm, signatureMs, throttled }: PluginFigures): string[] {
  const floor = { cold: cold.floor?.firstAnswer, warm: warm.floor?.event, peak: warm.floor?.peakMb };
  return [
    head('COLD START: PROCESS TO FIRST ANSWER, MS', '× FLOOR'),
    ...Object.entries(cold).map(([name, { firstAnswer, statusCode }]) =>
      row(
        name,
        firstAnswer,
        times(firstAnswer, floor.cold) + (statusCode === 200 ? '' : ` (answered ${statusCode})`),
      ),
    ),
    '',
    head('WARM EVENT, MS', '+ FLOOR'),
    ...Object.entries(warm).map(([name, { event, refused }]) =>
      row(name, event, more(event, floor.warm) + (refused > 0 ? ` (${refused} not answered with 200)` : '')),
    ),
    `  an RS512 check alone${signatureMs.toFixed(3).padStart(16)}`,
    '',
    head(`PEAK MEMORY AFTER ${WARM.events} EVENTS, MB`, '× FLOOR'),
    ...Object.entries(warm).map(([name, { peakMb }]) => row(name, peakMb, times(peakMb, floor.peak))),
    ...(throttled ? toThrottledRows(throttled) : ['', 'No container engine: no figures at 128 MB.']),
  ];
}

const toThrottledRows = (throttled: Record<string, ThrottledFigures>): string[] => [
  '',
  head('AT 128 MB, A FOURTEENTH OF A PROCESSOR, MS', '× WARM'),
  ...Object.entries(throttled).flatMap(([name, { first, warm, firstCpu, warmCpu }]) => [
    row(`${name}: first event`, first, times(first, warm)),
    row(`${name}: warm event`, warm),
    row(`${name}: first event, processor`, firstCpu, times(firstCpu, warmCpu)),
    row(`${name}: warm event, processor`, warmCpu),
  ]),
];

const head = (title: string, ratio: string): string =>
  `${title.padEnd(44)}  MEDIAN     MIN     MAX  ${ratio}`;

const row = (name: string, { median, min, max }: Spread, ratio = ''): string =>
  `  ${name.padEnd(42)}${[median, min, max].map((value) => value.toFixed(2).padStart(8)).join('')}  ${ratio}`.trimEnd();

const times = ({ median }: Spread, of: Spread | undefined): string =>
  String(round(median / (of?.median ?? Number.NaN)));

const more = ({ median }: Spread, of: Spread | undefined): string =>
  String(round(median - (of?.median ?? Number.NaN)));
