import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Registry, startRegistry } from '../../../emulator/ecr/registry.ts';
import { OWNER_LABEL } from '../../../emulator/lambda/dockerCalls.ts';
import { type DockerHost, openDockerHost } from '../../../emulator/lambda/dockerLauncher.ts';
import { removeLeftovers, toOwner } from '../../../emulator/lambda/dockerOwner.ts';
import { BUILD_TIMEOUT_MS, buildImage, docker, startContainerEnvironment } from '../../builders/container.ts';
import { describeWithDocker } from '../../builders/docker.ts';
import { itWithRegistry } from '../../builders/emulator.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

describeWithDocker('a container engine', () => {
  let host: DockerHost;
  let image: string;
  const log: string[] = [];

  beforeAll(async () => {
    const opened = await openDockerHost((line) => void log.push(line));
    if (!opened) throw new Error('The engine went away');
    host = opened;
    image = await buildImage({
      Dockerfile:
        'FROM node:24-bookworm-slim\nCOPY . /x/\nRUN cd /x && chmod +x no-shebang no-interpreter && ln -s /usr/local/bin/node link',
      'no-shebang': 'echo hi\n',
      'no-interpreter': '#!/nope/sh\necho hi\n',
      'not-executable': '#!/bin/sh\necho hi\n',
    });
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await host?.close();
    await docker('rmi', '--force', image);
  }, 60_000);

  const imageWith = (entryPoint: string[]) =>
    buildImage({
      Dockerfile: `FROM ${image}\nENTRYPOINT ${JSON.stringify(entryPoint)}\nCMD ["index.handler"]`,
    });

  it.each([
    ['/x/no-shebang', 'exec format error'],
    ['/x/no-interpreter', 'no such file or directory'],
    ['/x/not-executable', 'permission denied'],
    ['/x/missing', 'no such file or directory'],
  ])(
    'does not start %s, and says so as Lambda does',
    async (entryPoint, why) => {
      const code = await host.prepareLocal(await imageWith([entryPoint]));
      const environment = startContainerEnvironment(host, code);

      const outcome = await environment.send();

      await environment.close();
      await code.dispose();
      const error = `fork/exec ${entryPoint}: ${why}`;
      expect(outcome).toEqual({
        ok: false,
        payload: expect.stringMatching(
          `"Runtime.InvalidEntrypoint".*"RequestId: [0-9a-f-]+ Error: ${error}"`,
        ),
      });
      expect(environment.lines[0]).toBe(
        `IMAGE\tLaunch error: ${error}\tEntrypoint: [${entryPoint}]\tCmd: [index.handler]\tWorkingDir: [/]`,
      );
    },
    60_000,
  );

  it.each([
    ['/x/link', 'is a link'],
    ['node', 'is no absolute path'],
  ])('says of the entry point %s that it %s', async (entryPoint, what) => {
    log.length = 0;

    const code = await host.prepareLocal(await imageWith([entryPoint]));

    await code.dispose();
    expect(log).toEqual([expect.stringContaining(`The entry point ${entryPoint} ${what}`)]);
  });

  it('removes what killed emulators of this machine left, and nothing else', async () => {
    const owner = (await toOwner(process.pid)) ?? '';
    const ended = owner.replace(/\/\d+@/, '/999999@');
    const owners = [owner, ended, ended.replace(/^[^/]+/, 'elsewhere'), owner.replace(/@.*/, '@before')];
    const names = owners.map(() => `biot-plugin-test-${randomUUID()}`);
    for (const [index, name] of names.entries()) {
      const label = `${OWNER_LABEL}=${owners[index]}`;
      await docker('volume', 'create', '--label', label, name);
      await docker('create', '--name', name, '--label', label, '--volume', `${name}:/tmp`, image);
    }

    await removeLeftovers();

    const left = [
      (await docker('ps', '--all', '--format', '{{.Names}}')).split('\n'),
      (await docker('volume', 'ls', '--format', '{{.Name}}')).split('\n'),
    ].map((all) => names.map((name) => all.includes(name)));
    await docker('rm', '--force', ...names);
    await docker('volume', 'rm', '--force', ...names);
    expect(left).toEqual([
      [true, false, true, false],
      [true, false, true, false],
    ]);
  });

  describe('with a registry', () => {
    let directory: string;
    let registry: Registry | undefined;

    const startWithImage = async (): Promise<{ registry: Registry; tag: string; digest: string }> => {
      directory = await mkdtemp(join(tmpdir(), 'biot-push-'));
      registry = await startRegistry({ port: 0, directory: undefined, password: 'secret' });
      if (!registry) throw new Error('No registry');
      const auth = btoa('AWS:secret');
      await writeFile(
        join(directory, 'config.json'),
        JSON.stringify({ auths: { [registry.host]: { auth } } }),
      );
      const tag = `${registry.repositoryUri}:1`;
      const built = await imageWith(['/usr/local/bin/node', '-p', '42']);
      await docker('tag', built, tag);
      await docker('rmi', built);
      await docker('--config', directory, 'push', '--quiet', tag);
      return { registry, tag, digest: (await registry.resolve('1')) ?? '' };
    };

    afterAll(async () => {
      await registry?.close();
      if (directory) await rm(directory, { recursive: true });
    });

    itWithRegistry('fetches an image, and refuses an index as Lambda does', async () => {
      const { registry, tag, digest } = await startWithImage();
      const manifests = `http://${registry.host}/v2/biot-plugins/manifests`;
      const headers = { authorization: `Basic ${btoa('AWS:secret')}`, 'content-type': INDEX };
      const of = { mediaType: 'application/vnd.docker.distribution.manifest.v2+json', digest, size: 1 };
      const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [of] });
      const stored = await fetch(`${manifests}/index`, { method: 'PUT', headers, body });
      const index = `${registry.repositoryUri}@${stored.headers.get('docker-content-digest')}`;
      await docker('rmi', tag);

      const code = await host.prepare(`${registry.repositoryUri}@${digest}`, registry.login);
      const refused = host.prepare(index, registry.login);

      await expect(refused).rejects.toThrow(`for the source image ${index} is not supported`);
      const environment = startContainerEnvironment(host, code);
      const outcome = await environment.send();
      await environment.close();
      await code.dispose();
      expect(outcome).toEqual({ ok: false, payload: expect.stringContaining('without providing a reason') });
      expect(environment.lines).toContain('42');
    });
  });
});
