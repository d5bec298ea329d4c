import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../deploy/connect.ts';
import { hashBuildContext } from '../../deploy/contentHash.ts';
import { readAuth, writeAuth } from '../../deploy/dockerConfig.ts';
import { type EnsureImageOptions, ensureImage } from '../../deploy/ensureImage.ts';
import { openRepository } from '../../deploy/openRepository.ts';
import { runProgram } from '../../deploy/runProgram.ts';
import { type PushedImage, readPushedImage, writePushedImage } from '../../deploy/stateDirectory.ts';
import { docker } from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { createElf } from '../builders/elf.ts';
import { startTestEmulator, type TestEmulator } from '../builders/emulator.ts';
import { makeFolder } from '../builders/folder.ts';

/** As small as an image can be: what is built, checked and pushed here is never run. */
const DOCKERFILE = `FROM scratch
ARG NOTE=none
LABEL note=$NOTE
COPY main /main
COPY index.js /var/task/
WORKDIR /var/task
ENTRYPOINT ["/main"]
CMD ["index.handler"]
`;
const TIME_MS = 120_000;

describeWithDocker('ensureImage', () => {
  let emulator: TestEmulator;
  let projectRoot: string;
  let titles: string[];

  const options = async (more: Partial<EnsureImageOptions> = {}): Promise<EnsureImageOptions> => {
    const { baseUrl, username, password, ecrEndpoint } = emulator;
    const settings = { baseUrl, username, password, ecrEndpoint };
    titles = [];
    return {
      projectRoot,
      stateDirectory: join(projectRoot, '.biot'),
      env: process.env,
      settings,
      biot: connect(settings, undefined),
      signal: new AbortController().signal,
      steps: {
        run(step, work) {
          titles.push(step.title);
          return work(() => undefined);
        },
      },
      contentHash: await hashBuildContext(projectRoot),
      ...more,
    };
  };
  const ensure = async (more?: Partial<EnsureImageOptions>) => ensureImage(await options(more));
  const writeCode = (text: string) => writeFileSync(join(projectRoot, 'index.js'), text);

  beforeAll(async () => {
    emulator = await startTestEmulator();
  });

  beforeEach(() => {
    const code = `exports.handler = async (event, context) => '${Math.random()}';`;
    projectRoot = makeFolder({
      Dockerfile: DOCKERFILE,
      '.dockerignore': '*\n!index.js\n!main\n',
      'index.js': code,
    });
    writeFileSync(join(projectRoot, 'main'), createElf(), { mode: 0o755 });
  });

  afterAll(async () => {
    const repository = `${emulator.registry}/biot-plugins`;
    await emulator.close();
    const { stdout } = await runProgram('docker', [
      'images',
      '--format',
      '{{.Repository}}:{{.Tag}}',
      repository,
    ]);
    await runProgram('docker', ['rmi', ...stdout.split('\n').filter(Boolean)]);
  });

  it(
    'logs in, builds, pushes and remembers, and then does nothing as long as nothing changes',
    async () => {
      const first = await ensure();
      const titlesOfFirst = titles;

      const second = await ensure();

      const contentHash = await hashBuildContext(projectRoot);
      expect(first).toEqual({
        image: {
          imageTag: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/),
          digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
          repositoryUri: `${emulator.registry}/biot-plugins`,
          baseUrl: emulator.baseUrl,
          platform: 'linux/amd64',
          contentHash,
          buildArgs: [],
          createdAt: expect.any(String),
        },
        isBuilt: true,
        isPushed: true,
      });
      expect(titlesOfFirst).toEqual(expect.arrayContaining(['Building the image', 'Pushing the image']));
      expect(second).toEqual({ image: first.image, isBuilt: false, isPushed: false });
      expect(titles).toEqual(['Looking into BioT’s image repository']);
      expect(await readPushedImage(join(projectRoot, '.biot'))).toEqual(first.image);
    },
    TIME_MS,
  );

  it(
    'pushes nothing when another build of the same makes the same image',
    async () => {
      // Without a folder that docker would make, for that has the time of the build.
      const flat = DOCKERFILE.replaceAll('/var/task', '/');
      writeFileSync(join(projectRoot, 'Dockerfile'), flat.replace('//', '/'));
      const buildArgs = ['--no-cache'];
      const first = await ensure({ buildArgs });

      const second = await ensure({ buildArgs });

      expect([second.isBuilt, second.isPushed, second.image.digest]).toEqual([
        true,
        false,
        first.image.digest,
      ]);
    },
    TIME_MS,
  );

  it(
    'needs no docker when nothing has changed',
    async () => {
      await ensure();

      const again = await ensure({ env: { ...process.env, PATH: '', DOCKER_HOST: 'tcp://127.0.0.1:1' } });

      expect(again).toMatchObject({ isBuilt: false, isPushed: false });
    },
    TIME_MS,
  );

  it(
    'builds after a change, and after a change of build arguments, which it remembers',
    async () => {
      const first = await ensure();

      writeCode('exports.handler = async (event) => 2;');
      const changed = await ensure();
      const withArgs = await ensure({ buildArgs: ['--build-arg', 'NOTE=new'] });
      const remembered = await ensure();
      const without = await ensure({ buildArgs: [] });

      const images = [first, changed, withArgs, remembered, without];
      expect(images.map(({ isBuilt, isPushed }) => [isBuilt, isPushed])).toEqual([
        [true, true],
        [true, true],
        [true, true],
        [false, false],
        [true, true],
      ]);
      expect(remembered.image).toEqual(withArgs.image);
      expect(without.image.digest).toBe(changed.image.digest);
    },
    TIME_MS,
  );

  it(
    'builds always with arguments whose effect is not in their text',
    async () => {
      const args = { buildArgs: ['--build-arg', 'NOTE'] };
      await ensure(args);

      const again = await ensure(args);

      expect(again).toMatchObject({ isBuilt: true, isPushed: false });
    },
    TIME_MS,
  );

  it(
    'does not push again what the repository has already',
    async () => {
      const first = await ensure();

      const rebuilt = await ensure({ rebuild: true });

      expect(rebuilt).toEqual({
        image: { ...first.image, createdAt: expect.any(String) },
        isBuilt: true,
        isPushed: false,
      });
    },
    TIME_MS,
  );

  it(
    'does not push again what docker has forgotten to have pushed, as podman never knows it',
    async () => {
      const { image } = await ensure();
      await docker('rmi', `${image.repositoryUri}@${image.digest}`);

      const rebuilt = await ensure({ rebuild: true });

      expect(rebuilt).toMatchObject({ isBuilt: true, isPushed: false, image: { digest: image.digest } });
    },
    TIME_MS,
  );

  it(
    'makes the image again that the registry has lost',
    async () => {
      const first = await ensure();
      const place = await options();
      await forget(place.stateDirectory, first.image);
      const repository = await openRepository(place);
      expect(await repository.registry.readManifest(first.image.imageTag)).toEqual({ kind: 'absent' });

      const again = await ensure();

      expect(again).toMatchObject({ isBuilt: true, isPushed: true });
      expect(await repository.has(again.image)).toBe(true);
    },
    TIME_MS,
  );

  it(
    'gets a new login when the registry refuses the one that is remembered',
    async () => {
      await ensure();
      const stateDirectory = join(projectRoot, '.biot');
      const host = String(emulator.registry);
      const wrong = Buffer.from('AWS:over').toString('base64');
      await writeAuth(stateDirectory, host, wrong);

      const again = await ensure();

      expect(again).toMatchObject({ isBuilt: false });
      expect(await readAuth(stateDirectory, host)).not.toBe(wrong);
    },
    TIME_MS,
  );

  it(
    'gets a new login in the middle, when the push is refused',
    async () => {
      const stateDirectory = join(projectRoot, '.biot');
      const place = await options();
      const host = String(emulator.registry);
      const wrong = Buffer.from('AWS:over').toString('base64');
      const { steps } = place;
      const image = await ensureImage({
        ...place,
        steps: {
          async run(step, work) {
            if (step.title === 'Pushing the image') await writeAuth(stateDirectory, host, wrong);
            return steps.run(step, work);
          },
        },
      });

      expect(image).toMatchObject({ isPushed: true });
      expect(await readAuth(stateDirectory, host)).not.toBe(wrong);
    },
    TIME_MS,
  );

  it(
    'does not take another BioT’s image for this one’s',
    async () => {
      const { image } = await ensure();
      const stateDirectory = join(projectRoot, '.biot');
      await writePushedImage(stateDirectory, { ...image, baseUrl: 'https://other.example' });

      const again = await ensure();

      expect(again).toMatchObject({ isBuilt: true, image: { baseUrl: emulator.baseUrl } });
    },
    TIME_MS,
  );

  it(
    'keeps the last three tags here, and those that a person gave',
    async () => {
      const repository = `${emulator.registry}/biot-plugins`;
      const { image } = await ensure();
      await docker('tag', `${repository}:${image.imageTag}`, `${repository}:mine`);
      for (const value of [1, 2, 3, 4]) {
        writeCode(`exports.handler = async (event) => ${value};`);
        await ensure();
      }

      const tags = await docker('images', '--format', '{{.Tag}}', repository);

      const own = tags.split('\n').filter((tag) => !/^mine$|-build$/.test(tag));
      const ofBuilder = tags.split('\n').filter((tag) => tag.endsWith('-build'));
      expect(own).toHaveLength(3);
      expect(ofBuilder.filter((tag) => !own.includes(tag.replace('-build', '')))).toEqual([]);
      expect(tags.split('\n')).toContain('mine');
    },
    TIME_MS,
  );

  it(
    'ends docker with Ctrl-C',
    async () => {
      const interruption = new AbortController();
      writeFileSync(join(projectRoot, 'Dockerfile'), `${DOCKERFILE}RUN sleep 600\n`);
      const { steps, ...rest } = await options();
      const running = ensureImage({
        ...rest,
        signal: interruption.signal,
        steps: {
          run: (step, work) =>
            steps.run(step, (show) =>
              work((output) => {
                if (output.includes('sleep 600')) interruption.abort();
                show(output);
              }),
            ),
        },
      });

      await expect(running).rejects.toThrow();

      const left = await runProgram('pgrep', ['-f', `docker build .*${projectRoot}`]);
      expect(left.stdout).toBe('');
    },
    TIME_MS,
  );
});

/** As the repository's clean-up may do it at any time. */
async function forget(stateDirectory: string, { repositoryUri, digest }: PushedImage): Promise<void> {
  const [host = '', name] = repositoryUri.split('/');
  const authorization = `Basic ${await readAuth(stateDirectory, host)}`;
  const url = `http://${host}/v2/${name}/manifests/${digest}`;
  const { status } = await fetch(url, { method: 'DELETE', headers: { authorization } });
  if (status !== 202) throw new Error(`Not removed: ${status}`);
}
