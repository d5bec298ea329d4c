import { createLogs, type LogLine } from '../../emulator/logs.ts';

const line = (text: string, plugin = 'example'): LogLine => ({
  at: '2026-01-01T00:00:00.000Z',
  plugin,
  text,
});

describe('createLogs', () => {
  it('reads the lines of all plugins, or of one', () => {
    const logs = createLogs();
    const lines = [line('1'), line('2', 'other'), line('3')];
    for (const each of lines) logs.write(each);

    const read = [logs.read(), logs.read('example'), logs.read('none')];

    expect(read).toEqual([lines, [lines[0], lines[2]], []]);
  });

  it('forgets the oldest lines, but never the newest', () => {
    const logs = createLogs(1000);
    for (let n = 1; n <= 50; n += 1) logs.write(line(String(n).padStart(50)));

    const kept = logs.read().map(({ text }) => Number(text));
    logs.write(line('x'.repeat(5000)));

    expect(kept).toEqual([46, 47, 48, 49, 50]);
    expect(logs.read()).toHaveLength(1);
  });

  it('tells each line as it comes, until that is no longer wanted', () => {
    const logs = createLogs();
    const told: string[] = [];
    logs.write(line('before'));
    const unfollow = logs.follow(({ text }) => told.push(text));

    logs.write(line('then'));
    unfollow();
    logs.write(line('after'));

    expect(told).toEqual(['then']);
  });
});
