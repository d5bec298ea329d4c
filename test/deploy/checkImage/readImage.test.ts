import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { mergeLayers } from '../../../deploy/checkImage/mergeLayers.ts';
import { readImage } from '../../../deploy/checkImage/readImage.ts';
import { packTar, type TarFile } from '../../builders/tar.ts';

const CONFIG = '{"architecture":"amd64"}';
const document = (name: string, content: unknown): TarFile => ({ name, content: JSON.stringify(content) });
const listOf = (...Layers: string[]) => document('manifest.json', [{ Config: 'config.json', Layers }]);

describe('readImage', () => {
  let folder: string;
  let lower: Buffer;
  let upper: Buffer;

  /** By a docker that saves these files. */
  const read = async (files: TarFile[], end = 'exit 0') => {
    await writeFile(join(folder, 'image.tar'), await packTar(files));
    const text = `#!/bin/sh\n[ "$*" = "save -- some:image" ] || exit 9\ncat '${folder}/image.tar'\n${end}\n`;
    await writeFile(join(folder, 'docker'), text);
    await chmod(join(folder, 'docker'), 0o755);
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
    return readImage({ reference: 'some:image', env });
  };
  const pathsOf = ({ layers }: Awaited<ReturnType<typeof readImage>>) =>
    [...mergeLayers(layers).all()].map(({ path, type }) => `${type} ${path}`).sort();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'biot-read-image-'));
    lower = await packTar([
      ...[{ name: './' }, { name: './a' }, { name: './gone/' }, { name: './gone/b' }],
      ...[{ name: './emptied/' }, { name: './emptied/c' }, { name: './became/' }, { name: './became/d' }],
    ]);
    upper = await packTar([
      ...[{ name: '.wh.gone' }, { name: 'emptied/.wh..wh..opq' }, { name: 'emptied/new' }],
      ...[{ name: 'became' }, { name: 'link', link: 'a' }],
    ]);
  });

  afterAll(() => rm(folder, { recursive: true }));

  const MERGED = [
    'directory /',
    'directory /emptied',
    'file /a',
    'file /became',
    'file /emptied/new',
    'symlink /link',
  ];

  it.each(['[slug].js', '{a}'])('takes a layer that begins with a file %s for a layer', async (name) => {
    const content = await packTar([{ name }]);

    const image = await read([{ name: 'one/layer.tar', content }, listOf('one/layer.tar')]);

    expect(pathsOf(image)).toEqual([`file /${name}`]);
  });

  it.each([
    [
      'Docker up to 24',
      () => [
        ...[
          { name: 'two/' },
          { name: 'two/VERSION', content: '1.0' },
          { name: 'two/layer.tar', content: upper },
        ],
        ...[
          { name: 'one/layer.tar', content: lower },
          { name: 'config.json', content: CONFIG },
        ],
        listOf('one/layer.tar', 'two/layer.tar'),
      ],
    ],
    [
      'Docker up to 24, a layer that is there twice',
      () => [
        ...[
          { name: 'one/layer.tar', content: lower },
          { name: 'two/layer.tar', content: upper },
        ],
        ...[
          { name: 'three/layer.tar', link: '../two/layer.tar' },
          listOf('one/layer.tar', 'three/layer.tar'),
        ],
      ],
    ],
    [
      'Docker from 25 on',
      () => [
        ...[
          { name: 'blobs/sha256/2', content: upper },
          { name: 'blobs/sha256/1', content: lower },
        ],
        ...[{ name: 'blobs/sha256/0', content: CONFIG }, document('index.json', { manifests: [{}] })],
        ...[listOf('blobs/sha256/1', 'blobs/sha256/2'), document('oci-layout', {})],
      ],
    ],
    [
      'containerd’s store, compressed',
      () => [
        { name: 'blobs/sha256/1', content: gzipSync(lower) },
        { name: 'blobs/sha256/2', content: zstdCompressSync(upper) },
        listOf('blobs/sha256/1', 'blobs/sha256/2'),
      ],
    ],
    [
      'Podman',
      () => [
        ...[{ name: '1.tar', content: lower }, { name: '2.tar', content: upper }, listOf('1.tar', '2.tar')],
      ],
    ],
  ])('reads what %s writes, layer over layer', async (_what, files) => {
    const image = await read(files());

    expect(pathsOf(image)).toEqual(MERGED);
  });

  it('returns the manifests, an index within the image included', async () => {
    const manifest = { layers: [{ mediaType: 'a' }] };
    const index = { manifests: [{}, {}] };
    const files = [
      ...[document('blobs/sha256/1', manifest), document('blobs/sha256/2', index), listOf()],
      document('index.json', { manifests: [{}] }),
    ];

    const { manifests } = await read(files);

    expect(manifests).toEqual([manifest, index]);
  });

  it.each([
    ['what docker says', 'echo "no space left on device" >&2; exit 1', 'no space left on device'],
    ['that docker broke off', 'exit 3', 'docker save ended with 3'],
  ])('throws %s', async (_what, end, message) => {
    const reading = read([{ name: '1.tar', content: lower }, listOf('1.tar')], end);

    await expect(reading).rejects.toMatchObject({
      ...{ code: 'UNREADABLE_IMAGE', exitCode: 1, message: expect.stringContaining(message) },
    });
  });

  it('throws for a layer that is not there', async () => {
    const reading = read([listOf('1.tar')]);

    await expect(reading).rejects.toMatchObject({ message: expect.stringContaining('left out 1.tar') });
  });

  it('throws for a layer that is broken', async () => {
    const reading = read([
      { name: '1.tar', content: gzipSync(lower).subarray(0, -40) },
      { name: '2.tar', content: Buffer.alloc(2048, 'x') },
      listOf('1.tar'),
    ]);

    await expect(reading).rejects.toMatchObject({ code: 'UNREADABLE_IMAGE' });
  });
});
