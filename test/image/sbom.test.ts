import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { writeBundleSbom, writeImageSbom } from '../../deploy/supply/writeSboms.ts';
import { BUILD_TIMEOUT_MS, docker } from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { makeFolder } from '../builders/folder.ts';
import { PROJECT_ROOT } from '../builders/project.ts';
import { buildScratchImage, removeImages } from '../builders/scratchImage.ts';

type Component = { name: string; version?: string; purl?: string; components?: Component[] };

describeWithDocker('writeImageSbom', () => {
  const projectRoot = PROJECT_ROOT; // a copy with links for node_modules has their paths in its code
  const reference = `biot-plugin-test:${randomUUID()}`;
  const images = [reference];
  const write = async (image: string) => {
    const options = { projectRoot, stateDirectory: makeFolder(), env: process.env, show: () => undefined };
    const { parts } = await writeBundleSbom(options);
    return writeImageSbom(options, { reference: image, buildArgs: [] }, parts);
  };

  beforeAll(
    () => docker('build', '--platform', 'linux/amd64', '--tag', reference, projectRoot),
    BUILD_TIMEOUT_MS,
  );
  afterAll(() => removeImages(images));

  it(
    'names Node and its parts, the runtime client and its parts, Debian’s packages and the bundle’s',
    async () => {
      const { path } = await write(reference);

      const text = readFileSync(path, 'utf8');
      const { components } = JSON.parse(text) as { components: Component[] };
      const get = (name: string) => components.find((component) => component.name === name);
      const run = (...args: string[]) =>
        docker('run', '--rm', '--entrypoint', '/usr/local/bin/node', reference, ...args);
      const openssl = get('node')?.components?.find(({ name }) => name === 'openssl')?.version;
      expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
      expect([get('node')?.version, openssl]).toEqual(
        JSON.parse(await run('-p', 'JSON.stringify([process.versions.node, process.versions.openssl])')),
      );
      for (const name of ['aws-lambda-ric', 'node-addon-api', 'curl', 'aws-lambda-cpp', 'axios'])
        expect([name, get(name)?.version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
      expect(get('libc6')?.purl).toMatch(/^pkg:deb\/debian\/libc6@2\.\d+-\S+\?arch=amd64&distro=debian-12/);
      expect(components.map(({ name }) => name)).not.toContain('cmake'); // it only built
    },
    BUILD_TIMEOUT_MS,
  );

  it(
    'refuses an image of other code',
    async () => {
      const other = await buildScratchImage({
        from: reference,
        dockerfile: [],
        files: [{ name: 'var/task/index.js', content: 'exports.handler = async (event, context) => 1;' }],
      });
      images.push(other);

      await expect(write(other)).rejects.toMatchObject({ code: 'IMAGE_OF_OTHER_CODE' });
    },
    BUILD_TIMEOUT_MS,
  );
});
