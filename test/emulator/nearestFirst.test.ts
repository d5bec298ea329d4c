import { nearest, nearestFirst } from '../../emulator/nearestFirst.ts';

describe('nearestFirst', () => {
  it.each([
    ['pateint', 'patient'],
    ['Device-Alerts', 'device-alert'],
    ['login', '_login'],
  ])('puts for %j %s first, and leaves nothing out', (wanted, first) => {
    const names = ['patient', 'device-alert', '_login', 'generic-entity'];

    const sorted = nearestFirst(wanted, names);

    expect([sorted[0], sorted.toSorted()]).toEqual([first, names.toSorted()]);
  });
});

describe('nearest', () => {
  it.each([
    ['organisation', 'organization'],
    ['Devices', 'device'],
    ['explosion', undefined],
    ['', undefined],
  ])('takes %j for %s', (wanted, expected) => {
    const name = nearest(wanted, ['device', 'organization']);

    expect(name).toBe(expected);
  });
});
