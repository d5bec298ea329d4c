import { checkPrograms } from '../../../deploy/checkImage/checkPrograms.ts';
import { mergeLayers } from '../../../deploy/checkImage/mergeLayers.ts';
import type { Entry } from '../../../deploy/checkImage/readLayer.ts';

const toFile = (path: string, isAmd64: boolean): Entry => ({
  ...{ path, type: 'file', mode: 0o755, uid: 0, gid: 0, sizeBytes: 100 },
  facts: { elf: { isAmd64 } },
});
const MODULES = '/var/task/node_modules';

describe('checkPrograms', () => {
  it.each([
    [`${MODULES}/koffi/build/linux_x64/koffi.node`, `${MODULES}/koffi/build/linux_arm64/koffi.node`],
    [`${MODULES}/@a/zip/linux/x64/7za`, `${MODULES}/@a/zip/linux/arm64/7za`],
  ])('takes a package that also brings %s', (fitting, other) => {
    const findings = checkPrograms(mergeLayers([[toFile(fitting, true), toFile(other, false)]]));

    expect(findings).toEqual([]);
  });

  it.each([
    [`${MODULES}/b/a.node`, `${MODULES}/c/a.node`],
    [`${MODULES}/b/a.node`, `${MODULES}/b/c.node`],
    [`${MODULES}/@a/b/a.node`, `${MODULES}/@a/c/a.node`],
  ])('refuses one for another processor beside %s, which does not stand in for it', (other, foreign) => {
    const findings = checkPrograms(mergeLayers([[toFile(other, true), toFile(foreign, false)]]));

    expect(findings.map(({ code, path }) => [code, path])).toEqual([['WRONG_ARCHITECTURE', foreign]]);
  });
});
