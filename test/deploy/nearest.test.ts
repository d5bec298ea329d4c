import { didYouMean, nearest } from '../../deploy/nearest.ts';

const NAMES = ['memorySize', 'name', 'version'];

describe('nearest', () => {
  it.each([
    ['memorysize', 'memorySize'],
    ['vresion', 'version'],
    ['names', 'name'],
    ['colour', undefined],
    ['', undefined],
  ])('takes %j for %s', (wanted, expected) => {
    const name = nearest(wanted, NAMES);

    expect(name).toBe(expected);
  });

  it('finds nothing among no names', () => {
    const name = nearest('name', []);

    expect(name).toBeUndefined();
  });
});

describe('didYouMean', () => {
  it.each([
    ['memorysize', '; did you mean "memorySize"?'],
    ['colour', ''],
  ])('says of %s %j', (wanted, expected) => {
    const said = didYouMean(wanted, NAMES);

    expect(said).toBe(expected);
  });
});
