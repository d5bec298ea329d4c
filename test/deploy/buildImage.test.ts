import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuiltImage, buildImage } from '../../deploy/buildImage.ts';
import { openDocker } from '../../deploy/docker.ts';
import { docker } from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { makeFolder } from '../builders/folder.ts';
import { removeImages } from '../builders/scratchImage.ts';

const DOCKERFILE = `FROM scratch
COPY root /
LABEL town="Zürich"
ENV A=1 B="two words"
EXPOSE 8080
USER 993:990
STOPSIGNAL SIGINT
WORKDIR /var/task
ENTRYPOINT ["/main"]
CMD ["index.handler"]
`;

/** Docker makes no layer of as much before the one below it is gone. */
const LARGE = 64 * 1024 * 1024;

describeWithDocker('buildImage', () => {
  const references: string[] = [];
  const createReference = () => {
    const reference = `biot-build-test:${randomUUID()}`;
    references.push(reference, `${reference}-build`);
    return reference;
  };
  const createProject = (code = 'code') => {
    const projectRoot = makeFolder({ Dockerfile: DOCKERFILE, 'root/var/task/index.js': code });
    // As our Dockerfile does it, for a layer has the times of its files.
    const paths = ['root/var/task/index.js', 'root/var/task', 'root/var', 'root'];
    for (const path of paths) utimesSync(join(projectRoot, path), 0, 0);
    return projectRoot;
  };
  type Build = { args?: string[]; env?: NodeJS.ProcessEnv; show?(output: string): void };
  const build = async (
    projectRoot: string,
    { args = [], env = process.env, show = () => undefined }: Build = {},
  ): Promise<BuiltImage> =>
    buildImage(await openDocker(makeFolder(), env), {
      projectRoot,
      reference: createReference(),
      buildArgs: ['--no-cache', ...args],
      show,
    });

  afterAll(() => removeImages(references));

  it('makes the same image of the same files, at another time and without the cache', async () => {
    const first = await build(createProject());

    const second = await build(createProject());

    expect(second.Id).toBe(first.Id);
    expect(second.Created).toMatch(/^1970-01-01T00:00:00/);
  });

  it('makes another image of other files', async () => {
    const first = await build(createProject());

    const other = await build(createProject('other code'));

    expect(other.Id).not.toBe(first.Id);
  });

  it('leaves layers, platform and all that says how the image is run as the engine built them', async () => {
    const projectRoot = createProject(randomUUID());
    const reference = createReference();
    await docker('build', '--quiet', '--platform', 'linux/amd64', '--tag', reference, projectRoot);
    const [plain] = JSON.parse(await docker('image', 'inspect', reference));

    const built = await build(projectRoot);

    const ofBuild = { Hostname: '', Image: '', Domainname: '', Volumes: null };
    expect({ ...built.Config, ...ofBuild }).toEqual({ ...plain.Config, ...ofBuild });
    expect([built.RootFS, built.Os, built.Architecture]).toEqual([
      plain.RootFS,
      plain.Os,
      plain.Architecture,
    ]);
  });

  it('leaves no image without a name behind', async () => {
    const code = randomUUID();

    await build(createProject(code), { args: ['--label', `code=${code}`] });

    const filters = ['--filter', 'dangling=true', '--filter', `label=code=${code}`];
    expect(await docker('images', '--quiet', ...filters)).toBe('');
  });

  it('builds again when the image of a step is removed meanwhile, as by another push', async () => {
    const projectRoot = createProject(randomUUID());
    writeFileSync(join(projectRoot, 'Dockerfile'), `FROM scratch\nLABEL town=${randomUUID()}\nCOPY root /\n`);
    writeFileSync(join(projectRoot, 'root/large'), Buffer.alloc(LARGE));
    let output = '';
    let removed = '';

    const show = (text: string) => {
      output += text;
      const [, step] = /---> ([0-9a-f]{12})\s+Step 3\/3/.exec(output) ?? [];
      if (step && !removed) removed = execFileSync('docker', ['rmi', step], { encoding: 'utf8' });
    };

    const built = await build(projectRoot, { env: { ...process.env, DOCKER_BUILDKIT: '0' }, show });

    expect(removed).toContain('Deleted: sha256:');
    expect(output).toContain('unknown parent image ID');
    expect(built.RootFS?.Layers).toHaveLength(1);
  });
});
