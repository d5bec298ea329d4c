import { randomHex } from '../../emulator/randomHex.ts';

describe('randomHex', () => {
  it.each([8, 16])('gives %i bytes, never the same ones, however often', (bytes) => {
    const given = Array.from({ length: 3000 }, () => randomHex(bytes));

    expect(given.every((text) => /^[0-9a-f]+$/.test(text) && text.length === 2 * bytes)).toBe(true);
    expect(new Set(given).size).toBe(given.length);
  });
});
