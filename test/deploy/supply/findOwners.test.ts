import { findOwners } from '../../../deploy/supply/findOwners.ts';

const md5 = (digit: string) => digit.repeat(32);
const owner = (name: string, ...files: string[]) => ({ name, version: '1', architecture: 'amd64', files });
const libc = owner(
  'libc6',
  `${md5('a')} /lib/x86_64-linux-gnu/libc.so.6`,
  `${md5('c')} /usr/share/doc/libc6/copyright`,
);
const gcc = owner('libgcc-s1', `${md5('b')} /lib/libgcc_s.so.1`, `${md5('d')} /usr/share/doc/gcc/copyright`);
const gxx = owner('g++', `${md5('d')} /usr/share/doc/g++/copyright`, `${md5('a')} /opt/libc.so.6`);
const file = (digit: string, path: string) => ({ path, md5: md5(digit), sha256: digit });

describe('findOwners', () => {
  it.each([
    ['at its place', file('a', '/lib/x86_64-linux-gnu/libc.so.6'), ['libc6']],
    ['below /usr, where /lib leads', file('a', '/usr/lib/x86_64-linux-gnu/libc.so.6'), ['libc6']],
    ['copied to another place', file('b', '/opt/lib/libgcc_s.so.1'), ['libgcc-s1']],
    ['the same in several packages, at the place of one', file('d', '/usr/share/doc/g++/copyright'), ['g++']],
    ['the same in several packages, at the place of none', file('d', '/opt/copyright'), []],
    ['changed', file('e', '/lib/x86_64-linux-gnu/libc.so.6'), []],
  ])('names the package of a file %s', (_how, found, names) => {
    const { packages, others } = findOwners([found], [libc, gcc, gxx]);

    expect(packages.map(({ name }) => name)).toEqual(names);
    expect(others).toEqual(names.length > 0 ? [] : [found]);
  });
});
