import { Enums, Models } from '@cyclonedx/cyclonedx-library';
import { toBomText } from '../../../deploy/supply/toBomText.ts';

const create = (name: string): Models.Component =>
  new Models.Component(Enums.ComponentType.Library, name, { bomRef: name });

/** A document whose components were found in this order. */
function write(names: string[]): string {
  const main = create('main');
  const components = names.map(create);
  for (const { bomRef } of components) main.dependencies.add(bomRef);
  return toBomText(main, components);
}

describe('toBomText', () => {
  it('does not tell in which order components were found', () => {
    expect(write(['b', 'c', 'a'])).toBe(write(['a', 'b', 'c']));
  });
});
