import { toMemoryUse } from '../../../emulator/lambda/containerMemory.ts';

describe('toMemoryUse', () => {
  it.each([
    [
      'the first version',
      'rss 1\ntotal_rss 100\ntotal_mapped_file 30\ntotal_cache 999\ntotal_active_anon 40\ntotal_inactive_anon 110',
    ],
    ['the second version', 'anon 100\nfile 999\nfile_mapped 30\nshmem 50\ninactive_anon 110'],
  ])('tells what is the function’s and what lies in /tmp, of control groups of %s', (_name, text) => {
    const use = toMemoryUse(text);

    expect(use).toEqual({ own: 130, tmp: 50 });
  });
});
