import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ProgramResult, runProgram } from '../../deploy/runProgram.ts';
import {
  createApiCaller,
  type RunningEmulator,
  runCommandLine,
  runScript,
  startEmulatorProcess,
} from '../builders/commandLine.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { copyProject } from '../builders/project.ts';

const BUILD_TIMEOUT_MS = 15 * 60_000;
const PATIENTS = '/organization/v1/users/patients';
const CREDENTIALS = '/settings/v2/plugins/docker-repository/temp-credentials';

describeWithDocker('the customer’s path, by hand against a local BioT', () => {
  const projectRoot = copyProject();
  const home = join(dirname(projectRoot), 'home');
  const userConfig = join(home, '.docker/config.json');
  const brokenHelper = '{"credsStore":"a-helper-that-is-not-there"}';
  const outputs: string[] = [];
  let emulator: RunningEmulator;
  let call: Awaited<ReturnType<typeof createApiCaller>>;
  let secrets: string[];
  let imageTag: string;

  const remember = (result: ProgramResult): ProgramResult => {
    outputs.push(result.stdout, result.stderr);
    return result;
  };
  const biotPlugin = async (...args: string[]) =>
    remember(await runCommandLine(projectRoot, args, { env: { ...emulator.env, HOME: home } }));
  const script = async (...args: string[]) =>
    remember(await runScript(projectRoot, args, { ...emulator.env, HOME: home }));

  beforeAll(async () => {
    mkdirSync(dirname(userConfig), { recursive: true });
    writeFileSync(userConfig, brokenHelper);
    emulator = await startEmulatorProcess(projectRoot, ['--launcher', 'docker']);
    call = await createApiCaller(emulator);
  }, 60_000);

  afterAll(async () => {
    await emulator?.interrupt();
    const image = `${emulator?.registry}/biot-plugins:${imageTag}`;
    if (imageTag) await runProgram('docker', ['rmi', '--force', image, `${image}-build`]);
  }, 60_000);

  it('saves the credentials and logs docker in with ./login.sh', async () => {
    const { body } = await call('GET', CREDENTIALS);
    secrets = [body.credentials.secretAccessKey, body.credentials.sessionToken, emulator.password];
    writeFileSync(join(projectRoot, 'credentials.json'), JSON.stringify(body));

    const { code, stdout } = await script('login.sh', '--credentials', 'credentials.json');

    expect({ code, stdout }).toEqual({ code: 0, stdout: `repositoryUri=${body.repositoryUri}\n` });
    expect(readFileSync(userConfig, 'utf8')).toBe(brokenHelper);
  });

  it(
    'builds and pushes with ./BuildAndPush.sh',
    async () => {
      const { code, stdout, stderr } = await script('BuildAndPush.sh');

      const image = JSON.parse(readFileSync(join(projectRoot, '.biot/image.json'), 'utf8'));
      imageTag = image.imageTag;
      expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
        code: 0,
        last: `imageTag=${imageTag}`,
      });
      expect(image).toEqual({
        imageTag: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/),
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        repositoryUri: `${emulator.registry}/biot-plugins`,
        platform: 'linux/amd64',
        contentHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        buildArgs: [],
        createdAt: expect.any(String),
      });
      expect(stderr).toContain('Next: npx biot-plugin deploy');
      expect(readFileSync(userConfig, 'utf8')).toBe(brokenHelper);
    },
    BUILD_TIMEOUT_MS,
  );

  it('refuses a tag that is used already: exit code 4', async () => {
    const { code, stdout } = await biotPlugin('build-and-push', '--tag', imageTag, '--json');

    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'TAG_IN_USE' } });
  });

  it('pushes the very image once more without looking into it again', async () => {
    const { code, stderr } = await biotPlugin('build-and-push');
    const image = JSON.parse(readFileSync(join(projectRoot, '.biot/image.json'), 'utf8'));

    expect(code).toBe(0);
    expect(image.imageTag).not.toBe(imageTag);
    expect(stderr).toContain('Pushing the image');
    expect(stderr).not.toContain('Checking the image');
  }, 60_000);

  it('creates the plugin as an image', async () => {
    const { code, stdout } = await biotPlugin('create', '--json');

    const plugin = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(plugin).toMatchObject({
      name: 'my-plugin',
      deploymentPackageType: 'IMAGE',
      runtime: null,
      handler: null,
    });
    expect(plugin).not.toHaveProperty('imageTag');
  }, 60_000);

  it('refuses to create it twice: exit code 4', async () => {
    const { code, stdout } = await biotPlugin('create', '--json');

    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'PLUGIN_EXISTS_BY_NAME', exitCode: 4 } });
  });

  it('lets the API’s caller see what every hook does', async () => {
    const [template] = (await call('GET', '/settings/v1/templates/minimized')).body.data;
    const patient = {
      _name: { firstName: 'Jane', lastName: 'Doe' },
      _ownerOrganization: { id: '00000000-0000-0000-0000-000000000000' },
      _templateId: template.id,
      _email: ' Jane@Example.COM ',
      _dateOfBirth: '1980-02-29',
      _nationalId: '123456789',
    };

    const created = await call('POST', PATIENTS, patient);
    const blocked = await call('POST', PATIENTS, { ...patient, _dateOfBirth: '2999-01-01' });
    const found = await call('GET', PATIENTS);
    const read = await call('GET', `${PATIENTS}/${created.body._id}`);
    const run = await call('POST', '/emulator/plugins/my-plugin/scheduled-run', {});

    expect(created).toMatchObject({
      status: 201,
      body: { _email: 'jane@example.com', _nationalId: '*******89' },
    });
    expect(blocked).toMatchObject({
      status: 400,
      body: { code: 'BIRTH_DATE_IN_FUTURE', serviceName: 'My plugin' },
    });
    expect(found.body.data).toMatchObject([{ _id: created.body._id, _nationalId: '*******89' }]);
    expect(read).toMatchObject({
      status: 200,
      body: { ageInYears: expect.any(Number), _nationalId: '*******89' },
    });
    expect(JSON.parse(JSON.parse(run.body.result).body)).toEqual({ patients: 1, pages: 1 });
  }, 60_000);

  it('shows the plugin by its name, with and without the prefix', async () => {
    const own = await biotPlugin('get', '--json');
    const named = await biotPlugin('get', 'Plugin-my-plugin', '--json');

    expect(JSON.parse(own.stdout)).toMatchObject({ name: 'my-plugin' });
    expect(named.stdout).toBe(own.stdout);
  });

  it('deletes only what is confirmed', async () => {
    const asked = await biotPlugin('delete');
    const stillThere = await biotPlugin('get');
    const agreed = await biotPlugin('delete', '--yes');
    const gone = await biotPlugin('get', '--json');

    expect([asked.code, stillThere.code, agreed.code, gone.code]).toEqual([2, 0, 0, 1]);
    expect(JSON.parse(gone.stdout)).toMatchObject({ error: { code: 'PLUGIN_NOT_FOUND' } });
  });

  it('never printed a secret', () => {
    const all = outputs.join('\n');

    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  });

  it('ends at Ctrl-C with all its containers', async () => {
    await biotPlugin('build-and-push'); // the image went with its plugin
    const digest = JSON.parse(readFileSync(join(projectRoot, '.biot/image.json'), 'utf8')).digest;
    const reference = `${emulator.registry}/biot-plugins@${digest}`;
    const listContainers = async () =>
      (await runProgram('docker', ['ps', '--quiet', '--filter', `ancestor=${reference}`])).stdout
        .trim()
        .split('\n');
    await biotPlugin('create');
    await call('GET', PATIENTS);
    const before = await listContainers();

    const code = await emulator.interrupt();

    expect(before).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/)]);
    expect({ code, containers: await listContainers() }).toEqual({ code: 0, containers: [''] });
  }, 60_000);
});
