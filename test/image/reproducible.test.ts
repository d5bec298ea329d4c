import { randomUUID } from 'node:crypto';
import { appendFileSync, chmodSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_TIMEOUT_MS, docker } from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { copyProject } from '../builders/project.ts';

describeWithDocker('the image’s own layer', () => {
  const one = copyProject('one');
  const two = copyProject('two');

  it(
    'is the same byte for byte from another checkout: other modes and times, other words in a comment',
    async () => {
      changeWithoutEffect(join(two, 'src'));

      const layers = [await buildLayers(one), await buildLayers(two)];

      expect(layers[0]?.length).toBeGreaterThan(1);
      expect(layers[1]).toEqual(layers[0]);
    },
    BUILD_TIMEOUT_MS,
  );
});

/** So that docker has to bundle again, which is where times come from. */
function changeWithoutEffect(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    utimesSync(path, 1_000_000_000, 1_000_000_000);
    if (entry.isFile()) chmodSync(path, 0o600);
  }
  appendFileSync(join(folder, 'index.ts'), `// ${randomUUID()}\n`);
}

/** The digests of what is in each layer, whatever the time of the build. */
async function buildLayers(projectRoot: string): Promise<string[]> {
  const name = `biot-plugin-test:${randomUUID()}`;
  await docker('build', '--platform', 'linux/amd64', '--tag', name, projectRoot);
  const layers = JSON.parse(await docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', name));
  await docker('rmi', '--no-prune', name); // what it was built of stays in the cache
  return layers;
}
