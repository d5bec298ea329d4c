import { checkAccess } from '../../../deploy/checkImage/checkAccess.ts';
import { mergeLayers } from '../../../deploy/checkImage/mergeLayers.ts';
import type { Entry } from '../../../deploy/checkImage/readLayer.ts';

const create = (path: string, entry: Partial<Entry> = {}): Entry => ({
  ...{ path, type: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes: 0, facts: {} },
  ...entry,
});

describe('checkAccess', () => {
  it.each([
    ['is a file', [create('/app')]],
    ['is not there', []],
    ['was removed by a later layer', [create('/other')]],
  ])('refuses a working directory that %s', (_what, entries) => {
    const findings = checkAccess(mergeLayers([entries]), { WorkingDir: '/app' });

    expect(findings.map(({ code, path }) => ({ code, path }))).toEqual([
      { code: 'NO_WORKING_DIRECTORY', path: '/app' },
    ]);
  });

  it.each([
    ['is there', [create('/app', { type: 'directory', mode: 0o755 })]],
    ['is there by what is in it', [create('/app/index.js')]],
    [
      'is reached by a link',
      [
        create('/app', { type: 'symlink', target: 'srv' }),
        create('/srv/', { type: 'directory', mode: 0o755, path: '/srv' }),
      ],
    ],
  ])('finds nothing wrong with a working directory that %s', (_what, entries) => {
    const findings = checkAccess(mergeLayers([entries]), { WorkingDir: '/app' });

    expect(findings).toEqual([]);
  });

  it.each([
    ['its owner', { uid: 993, mode: 0o400 }, []],
    ['its group', { gid: 990, mode: 0o040 }, []],
    ['all others', { mode: 0o004 }, []],
    ['its owner, who may not', { uid: 993, mode: 0o044 }, ['NOT_READABLE']],
    ['another group', { gid: 1, mode: 0o440 }, ['NOT_READABLE']],
  ])('looks at the rights of Lambda’s user as %s', (_who, entry, codes) => {
    const findings = checkAccess(mergeLayers([[create('/var/task/a.js', entry)]]), {});

    expect(findings.map(({ code }) => code)).toEqual(codes);
  });
});
