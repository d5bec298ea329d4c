import { setTimeout as delay } from 'node:timers/promises';
import type { Invoked } from '../../../emulator/cron/runScheduled.ts';
import { startScheduler } from '../../../emulator/cron/startScheduler.ts';
import type { Plugin, PluginConfig } from '../../../emulator/state.ts';
import { createTraces } from '../../../emulator/traces.ts';

const START = '2026-01-05T08:59:00Z';
const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const DEADLINE_MS = 5000;

const done: Invoked = { outcome: { ok: true, result: '1' }, coldStart: false, ms: 1 };
const failed: Invoked = { outcome: { ok: false, payload: '{}' }, coldStart: false, ms: 1 };

const newPlugin = (name: string, config: Partial<PluginConfig> = {}, modified = START): Plugin => ({
  config: { name, enabledState: 'ENABLED', cronSchedule: '0 9 * * ? *', ...config } as PluginConfig,
  code: { kind: 'ZIP', digest: 'sha256:0' },
  serviceUserId: 's',
  urlId: 'u',
  creationTime: modified,
  lastModifiedTime: modified,
});

/** A scheduler on a clock that stands still; `control` runs each minute and shows that time was looked at. */
function start(plugins: Plugin[], answers: Record<string, (Invoked | undefined)[]> = {}) {
  let now = Date.parse(START);
  const state = { plugins: new Map<string, Plugin>() };
  for (const plugin of [...plugins, newPlugin('control', { cronSchedule: '* * * * ? *' })])
    state.plugins.set(plugin.config.name, plugin);
  const runs: { name: string; time: string; id: string }[] = [];
  const lines: string[] = [];
  const advance = (milliseconds: number) => {
    now += milliseconds;
  };
  const stop = startScheduler({
    state,
    clock: { now: () => new Date(now), advance },
    traces: createTraces(),
    log: (line) => void lines.push(line),
    async invoke({ config: { name } }, event) {
      const { time, id } = JSON.parse(event) as { time: string; id: string };
      runs.push({ name, time, id });
      const answer = answers[name] ? answers[name].shift() : done;
      return answer;
    },
  });
  const controls = () => runs.filter(({ name }) => name === 'control').length;
  const tick = async () => {
    const [before, deadline] = [controls(), Date.now() + DEADLINE_MS];
    now += 60 * SECOND_MS;
    while (controls() === before && Date.now() < deadline) await delay(10);
    if (controls() === before) throw new Error('The scheduler does not look at the clock');
  };
  const timesOf = (plugin: string) => runs.filter(({ name }) => name === plugin).map(({ time }) => time);
  return { state, runs, lines, tick, stop, timesOf, advance };
}

describe('startScheduler', () => {
  let scheduler: ReturnType<typeof start>;

  afterEach(() => scheduler.stop());

  it('runs a plugin when its time has come, and not again in the same minute', async () => {
    scheduler = start([newPlugin('nine')]);

    await scheduler.tick();
    await scheduler.tick();

    expect(scheduler.timesOf('nine')).toEqual(['2026-01-05T09:00:00Z']);
  });

  it('runs it once after the clock was moved over many of its times', async () => {
    scheduler = start([newPlugin('nine')]);
    scheduler.advance(72 * HOUR_MS);

    await scheduler.tick();

    expect(scheduler.timesOf('nine')).toEqual(['2026-01-08T09:00:00Z']);
  });

  it('runs one that was made, or changed to be enabled, before its time', async () => {
    scheduler = start([newPlugin('changed', { enabledState: 'DISABLED' })]);
    scheduler.state.plugins.set('made', newPlugin('made'));
    scheduler.state.plugins.set('changed', newPlugin('changed'));

    await scheduler.tick();

    expect([scheduler.timesOf('made').length, scheduler.timesOf('changed').length]).toEqual([1, 1]);
  });

  it.each<[string, Partial<PluginConfig>, string]>([
    ['is disabled', { enabledState: 'DISABLED' }, START],
    ['has a schedule that has ended', { cronSchedule: '0 9 * * ? 2019-2022' }, START],
    ['was made after its time', {}, '2026-01-05T09:00:30Z'],
  ])('does not run one that %s', async (_name, config, modified) => {
    scheduler = start([newPlugin('resting', config, modified)]);

    await scheduler.tick();

    expect(scheduler.timesOf('resting')).toEqual([]);
  });

  it('does not run one without a schedule', async () => {
    const { cronSchedule: _none, ...config } = newPlugin('bare').config;
    scheduler = start([{ ...newPlugin('bare'), config }]);

    await scheduler.tick();

    expect(scheduler.timesOf('bare')).toEqual([]);
  });

  it('runs a failed one twice again, after one minute and after two, with the same event', async () => {
    scheduler = start([newPlugin('broken')], { broken: [failed, failed, failed] });

    for (let minute = 0; minute < 8; minute += 1) await scheduler.tick();

    const runs = scheduler.runs.filter(({ name }) => name === 'broken');
    expect(runs).toEqual(Array(3).fill(runs[0]));
    expect(scheduler.lines).toEqual([
      'The scheduled run of broken failed; it comes again in 60 seconds',
      'The scheduled run of broken failed; it comes again in 120 seconds',
      'The scheduled run of broken failed; it is given up',
    ]);
  });

  it('does not run a failed one again that was disabled or deleted since', async () => {
    scheduler = start([newPlugin('off'), newPlugin('gone')], { off: [failed], gone: [failed] });
    await scheduler.tick();
    scheduler.state.plugins.set('off', newPlugin('off', { enabledState: 'DISABLED' }));
    scheduler.state.plugins.delete('gone');

    for (let minute = 0; minute < 3; minute += 1) await scheduler.tick();

    expect([scheduler.timesOf('off').length, scheduler.timesOf('gone').length]).toEqual([1, 1]);
  });

  it('counts no failure when there was no room', async () => {
    scheduler = start([newPlugin('crowded')], { crowded: [undefined, undefined, undefined, done] });

    for (let minute = 0; minute < 8; minute += 1) await scheduler.tick();

    expect(scheduler.timesOf('crowded').length).toBe(4);
  });
});
