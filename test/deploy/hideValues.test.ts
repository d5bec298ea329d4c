import { hideValues } from '../../deploy/hideValues.ts';

describe('hideValues', () => {
  it.each([
    ['wherever it stands', 'not [hush!], not hush!', 'not [(secret)], not (secret)'],
    ['as JSON writes it', String.raw`{"value":"a\n\"b\""}`, '{"value":"(secret)"}'],
    ['the longer first', 'hush!-hush!', '(secret)'],
    ['unless it is too short to be one', 'version 123', 'version 123'],
  ])('hides a value: %s', (_case, text, expected) => {
    const hidden = hideValues(text, ['hush!', 'hush!-hush!', 'a\n"b"', '123']);

    expect(hidden).toBe(expected);
  });
});
