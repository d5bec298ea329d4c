import { toText } from '../../emulator/toText.ts';

describe('toText', () => {
  it.each<[unknown, string]>([
    ['text', 'text'],
    [1, '1'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[{ toString: 1 }], '[{"toString":1}]'],
    [{ toString: 1 }, '{"toString":1}'],
  ])('writes %j', (value, expected) => {
    const text = toText(value);

    expect(text).toBe(expected);
  });
});
