import { isAllowedLicence, TOOL_LICENCES } from '../../../deploy/supply/isAllowedLicence.ts';

describe('isAllowedLicence', () => {
  it.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0-only)', 'BSD-3-Clause AND MIT'])(
    'lets %s ship',
    (stated) => {
      const allowed = isAllowedLicence(stated);

      expect(allowed).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'GPL-3.0-only',
    'AGPL-3.0-or-later',
    'MIT AND GPL-3.0-only',
    'GPL-2.0-only WITH Classpath-exception-2.0',
    'Apache-2.0+',
    'CC-BY-4.0',
    'SEE LICENSE IN LICENSE.txt',
    'UNLICENSED',
  ])('does not let %s ship', (stated) => {
    const allowed = isAllowedLicence(stated);

    expect(allowed).toBe(false);
  });

  it('lets a tool be under more licences, but not under all', () => {
    const allowed = ['CC-BY-4.0', 'GPL-3.0-only'].map((stated) => isAllowedLicence(stated, TOOL_LICENCES));

    expect(allowed).toEqual([true, false]);
  });
});
