import { checkSecrets } from '../../../deploy/checkImage/checkSecrets.ts';
import { mergeLayers } from '../../../deploy/checkImage/mergeLayers.ts';
import { BLOCK_BYTES, readLayer } from '../../../deploy/checkImage/readLayer.ts';
import { packTar, type TarFile } from '../../builders/tar.ts';

describe('readLayer', () => {
  const read = async (...files: TarFile[]) => {
    const tar = await packTar(files);
    return readLayer(
      tar.subarray(0, BLOCK_BYTES),
      (async function* () {
        yield tar;
      })(),
    );
  };

  it('takes a hard link for the file that it leads to, also when a later layer removes that one', async () => {
    const program = { name: 'bin/sh', content: '#!/bin/a\n', mode: 0o755 };
    const lower = await read(program, { name: 'bin/link', hardLink: 'bin/sh' });
    const upper = await read({ name: 'bin/.wh.sh' });

    const found = mergeLayers([lower, upper]).resolve('/bin/link');

    expect(found).toMatchObject({
      path: '/bin/link',
      type: 'file',
      mode: 0o755,
      facts: { shebang: '/bin/a' },
    });
  });

  it('hides no secret behind a hard link', async () => {
    const layer = await read({ name: 'a', content: 'A=1' }, { name: '.env', hardLink: 'a' });

    const findings = checkSecrets([layer], mergeLayers([layer]));

    expect(findings.map(({ code, path }) => [code, path])).toEqual([['ENV_FILE', '/.env']]);
  });

  it('reads a broken program as one', async () => {
    const content = Buffer.alloc(64 * 1024);
    content.write('\u007fELF\u0002\u0001', 'latin1');
    content.writeUInt16LE(62, 18);
    content.writeBigUInt64LE(64n, 32);
    content.writeUInt16LE(1, 54);
    content.writeUInt16LE(0xffff, 56);

    const [entry] = await read({ name: 'a', content });

    expect(entry?.facts).toEqual({ elf: { isAmd64: true } });
  });
});
