import { parseSchedule } from '../../emulator/schedule.ts';

/** The next times after a moment, without seconds. */
function timesAfter(expression: string, moment: string, count: number): string[] {
  const times: string[] = [];
  const schedule = parseSchedule(expression);
  let time = schedule?.nextAfter(new Date(`${moment}Z`));
  while (time && times.length < count) {
    times.push(time.toISOString().slice(0, 16));
    time = schedule?.nextAfter(time);
  }
  return times;
}

describe('nextAfter', () => {
  it.each<[string, string, string[]]>([
    ['0 10 * * ? *', '2026-01-05T10:00', ['2026-01-06T10:00', '2026-01-07T10:00']],
    ['15 12 * * ? *', '2026-01-05T00:00', ['2026-01-05T12:15', '2026-01-06T12:15']],
    ['0 18 ? * MON-FRI *', '2026-01-02T17:59', ['2026-01-02T18:00', '2026-01-05T18:00']],
    ['0 8 1 * ? *', '2026-01-01T08:00', ['2026-02-01T08:00', '2026-03-01T08:00']],
    ['0/15 * * * ? *', '2026-01-05T23:40', ['2026-01-05T23:45', '2026-01-06T00:00', '2026-01-06T00:15']],
    ['0/10 * ? * MON-FRI *', '2026-01-02T23:45', ['2026-01-02T23:50', '2026-01-05T00:00']],
    ['0/5 8-17 ? * MON-FRI *', '2026-01-05T17:54', ['2026-01-05T17:55', '2026-01-06T08:00']],
    [
      '0/30 20-2 ? * MON-FRI *',
      '2026-01-05T02:15',
      ['2026-01-05T02:30', '2026-01-05T20:00', '2026-01-05T20:30', '2026-01-05T21:00'],
    ],
    ['0/30 20-2 ? * MON-FRI *', '2026-01-04T12:00', ['2026-01-05T00:00', '2026-01-05T00:30']],
    ['0/30 20-2 ? * MON-FRI *', '2026-01-09T23:15', ['2026-01-09T23:30', '2026-01-12T00:00']],
    ['0 9 ? * 2#1 *', '2026-01-01T00:00', ['2026-01-05T09:00', '2026-02-02T09:00', '2026-03-02T09:00']],
    ['15 10 ? * 6L 2019-2022', '2022-11-01T00:00', ['2022-11-25T10:15', '2022-12-30T10:15']],
    ['15 10 ? * 6L 2019-2022', '2026-01-01T00:00', []],
    ['5,35 14 * * ? *', '2026-01-05T00:00', ['2026-01-05T14:05', '2026-01-05T14:35', '2026-01-06T14:05']],
    ['0 12 3W * ? *', '2026-09-15T00:00', ['2026-10-02T12:00', '2026-11-03T12:00']],
    ['0 12 3W * ? *', '2026-12-15T00:00', ['2027-01-04T12:00']],
    ['0 0 L * ? *', '2028-01-31T00:00', ['2028-02-29T00:00', '2028-03-31T00:00']],
    [
      '45 1/12 1-5 JAN,OCT ? *',
      '2026-01-05T01:45',
      ['2026-01-05T13:45', '2026-10-01T01:45', '2026-10-01T13:45'],
    ],
    [
      '1/10 3 1 1 ? 2027',
      '2026-01-01T00:00',
      ['01', '11', '21', '31', '41', '51'].map((minute) => `2027-01-01T03:${minute}`),
    ],
    ['0 12 1W * ? *', '2026-07-15T00:00', ['2026-08-03T12:00']],
    ['0 12 LW * ? *', '2026-01-15T00:00', ['2026-01-30T12:00', '2026-02-27T12:00']],
    ['0 10 ? * 1 *', '2026-01-01T00:00', ['2026-01-04T10:00']],
    ['0 10 ? * 7 *', '2026-01-01T00:00', ['2026-01-03T10:00']],
    ['0 10 ? * L *', '2026-01-01T00:00', ['2026-01-03T10:00']],
    [
      '0 10 ? * FRI-MON *',
      '2026-01-01T00:00',
      ['02', '03', '04', '05', '09'].map((day) => `2026-01-${day}T10:00`),
    ],
    ['0 10 ? NOV-FEB 2#1 *', '2026-01-31T00:00', ['2026-02-02T10:00', '2026-11-02T10:00']],
  ])('of %s is after %s %j', (expression, moment, expected) => {
    const times = timesAfter(expression, moment, Math.max(expected.length, 1));

    expect(times.slice(0, expected.length || 1)).toEqual(expected);
  });
});

describe('parseSchedule', () => {
  it.each([
    '* * * * ? *',
    '0/5 * * * ? *',
    '*/5 * * * ? *',
    '0 10 ? * MON-FRI *',
    '0 10 ? * 6#3 *',
    '0 10 ? * 6L *',
    '0 10 LW * ? *',
    '0 12 15W * ? *',
    '0   12  15 *   ?    *',
    '0 12 15 * ? 2199',
  ])('takes %s', (expression) => {
    const schedule = parseSchedule(expression);

    expect(schedule).toBeDefined();
  });

  it.each([
    ['an empty text', ''],
    ['the form of an AWS rule', 'cron(0 12 * * ? *)'],
    ['a rate', 'rate(5 minutes)'],
    ['five fields', '* * * * *'],
    ['seven fields', '0 0 12 * * ? *'],
    ['both days set', '0 12 * * * *'],
    ['both days unset', '0 10 ? * ? *'],
    ['a question mark elsewhere', '? 12 * * ? *'],
    ['a day of the week in lower case', '0 10 ? * sun *'],
    ['a month in lower case', '0 10 1 jan ? *'],
    ['the day of the week 0', '0 0 ? * 0 *'],
    ['the day of the week 8', '0 0 ? * 8 *'],
    ['the minute 60', '60 0 * * ? *'],
    ['the hour 24', '0 24 * * ? *'],
    ['the day 32', '0 0 32 * ? *'],
    ['the day 0', '0 0 0 * ? *'],
    ['the month 13', '0 0 1 13 ? *'],
    ['the year 1969', '0 0 1 1 ? 1969'],
    ['the year 2200', '0 0 1 1 ? 2200'],
    ['a fifth week that is a zeroth', '0 0 ? * 3#0 *'],
    ['a sixth week', '0 0 ? * 3#6 *'],
    ['two numbered days', '0 0 ? * 3#1,6#3 *'],
    ['the weekday nearest to no day', '0 0 40W * ? *'],
    ['a tab between', '0\t10 * * ? *'],
    ['a space before', ' 0 10 * * ? *'],
    ['a space after', '0 10 * * ? * '],
    ['a range with a step', '1-10/2 * * * ? *'],
    ['a step of zero', '0/0 * * * ? *'],
    ['an open range', '5- * * * ? *'],
    ['an unknown month', '0 0 1 FOO ? *'],
    ['a day in the place of a month', '0 0 1 MON ? *'],
  ])('refuses %s', (_what, expression) => {
    const schedule = parseSchedule(expression);

    expect(schedule).toBeUndefined();
  });
});
