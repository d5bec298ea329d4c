import { join } from 'node:path';
import { makeStateDirectory, type PushedImage, writePushedImage } from '../../deploy/stateDirectory.ts';
import { runCommandLine } from '../builders/commandLine.ts';
import { docker } from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { createElf } from '../builders/elf.ts';
import { copyProject } from '../builders/project.ts';
import { buildScratchImage, removeImages } from '../builders/scratchImage.ts';

const TIME_MS = 60_000;

describe('check-image', () => {
  const projectRoot = copyProject();

  it('says which image it needs when none was pushed', async () => {
    const { code, stderr } = await runCommandLine(projectRoot, ['check-image']);

    expect(code).toBe(2);
    expect(stderr).toContain('npx biot-plugin check-image my-plugin:1');
  });

  it('needs an engine: exit code 5', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:1' };

    const { code, stdout } = await runCommandLine(projectRoot, ['check-image', 'any', '--json'], { env });

    expect(code).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'NO_CONTAINER_ENGINE', exitCode: 5 } });
  });
});

describeWithDocker('check-image, with an engine', () => {
  const projectRoot = copyProject();
  const built: string[] = [];
  let good: string;
  let bad: string;

  beforeAll(async () => {
    const main = { name: 'main', content: createElf(), mode: 0o755 };
    good = await buildScratchImage({ dockerfile: ['ENTRYPOINT ["/main"]'], files: [main] });
    const secret = { name: 'srv/.env', content: 'A=1' };
    bad = await buildScratchImage({ dockerfile: ['ENTRYPOINT ["/main"]'], files: [main, secret] });
    built.push(good, bad);
  }, TIME_MS);

  afterAll(() => removeImages(built));

  it('says that Lambda takes an image', async () => {
    const { code, stdout } = await runCommandLine(projectRoot, ['check-image', good]);

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Lambda takes it\n' });
  });

  it('says why Lambda does not take an image, and what to do: exit code 1', async () => {
    const { code, stdout } = await runCommandLine(projectRoot, ['check-image', bad]);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^error ENV_FILE \/srv\/\.env is .+\n {6}Name it in \.dockerignore.+\n$/);
  });

  it('prints one document with --json', async () => {
    const imageId = await docker('image', 'inspect', '--format', '{{.Id}}', bad);

    const { code, stdout } = await runCommandLine(projectRoot, ['check-image', bad, '--json']);

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      ...{ reference: bad, imageId, sizeBytes: createElf().length + 3 },
      findings: [expect.objectContaining({ code: 'ENV_FILE', severity: 'error', path: '/srv/.env' })],
    });
  });

  it('checks the image that was pushed last when none is named', async () => {
    const [repositoryUri = '', imageTag = ''] = good.split(':');
    const image: PushedImage = {
      ...{ repositoryUri, imageTag, digest: `sha256:${'0'.repeat(64)}`, platform: 'linux/amd64' },
      createdAt: new Date().toISOString(),
    };
    await writePushedImage(await makeStateDirectory(join(projectRoot, '.biot')), image);

    const { stdout } = await runCommandLine(projectRoot, ['check-image', '--json']);

    expect(JSON.parse(stdout)).toMatchObject({ reference: good, findings: [] });
  });
});
