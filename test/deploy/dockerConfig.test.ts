import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openDocker } from '../../deploy/docker.ts';
import { prepareDockerConfig, readAuth, writeAuth } from '../../deploy/dockerConfig.ts';
import { runProgram } from '../../deploy/runProgram.ts';
import { docker } from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { makeFolder } from '../builders/folder.ts';

const USERS = {
  auths: { 'https://index.docker.io/v1/': {} },
  credsStore: 'desktop.exe',
  credHelpers: { 'public.ecr.aws': 'ecr-login' },
  currentContext: 'colima',
  proxies: { default: { httpsProxy: 'http://proxy:3128' } },
  cliPluginsExtraDirs: ['/opt/homebrew/lib/docker/cli-plugins'],
};
const META = 'contexts/meta/abc/meta.json';

describe('prepareDockerConfig', () => {
  const setUp = () => {
    const users = makeFolder({ 'config.json': JSON.stringify(USERS), [META]: '{"Name":"colima"}' });
    return { users, state: makeFolder(), env: { DOCKER_CONFIG: users } };
  };
  const readOwn = (state: string) => JSON.parse(readFileSync(join(state, 'docker/config.json'), 'utf8'));

  it('takes over what the user has set up, but for logins and the programs that keep them', async () => {
    const { users, state, env } = setUp();

    await prepareDockerConfig(state, env);

    expect(readOwn(state)).toEqual({
      currentContext: 'colima',
      proxies: USERS.proxies,
      cliPluginsExtraDirs: [join(users, 'cli-plugins'), ...USERS.cliPluginsExtraDirs],
      auths: {},
    });
    expect(readFileSync(join(state, 'docker', META), 'utf8')).toBe('{"Name":"colima"}');
  });

  it('leaves the user’s files alone, and its own to their owner', async () => {
    const { users, state, env } = setUp();

    await prepareDockerConfig(state, env);
    await writeAuth(state, 'a.example', 'c2VjcmV0');

    expect(readFileSync(join(users, 'config.json'), 'utf8')).toBe(JSON.stringify(USERS));
    expect((statSync(join(state, 'docker/config.json')).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(join(state, 'docker')).mode & 0o777).toString(8)).toBe('700');
  });

  it('keeps its login when the user’s configuration changes, and follows the user’s folder', async () => {
    const { state, env } = setUp();
    await prepareDockerConfig(state, env);
    await writeAuth(state, 'a.example', 'c2VjcmV0');

    await prepareDockerConfig(state, { DOCKER_CONFIG: makeFolder() });

    expect(await readAuth(state, 'a.example')).toBe('c2VjcmV0');
    expect(existsSync(join(state, 'docker/contexts'))).toBe(false);
    expect(readOwn(state).currentContext).toBeUndefined();
  });

  it('is of no use for a configuration that cannot be read, and goes on', async () => {
    const state = makeFolder();

    await prepareDockerConfig(state, { DOCKER_CONFIG: makeFolder({ 'config.json': '{"auths":' }) });

    expect(readOwn(state).auths).toEqual({});
  });

  it('makes the contexts anew where a copy was needed', async () => {
    const { users, state, env } = setUp();
    mkdirSync(join(state, 'docker'));
    cpSync(join(users, 'contexts'), join(state, 'docker/contexts'), { recursive: true });

    await prepareDockerConfig(state, env);

    expect(lstatSync(join(state, 'docker/contexts')).isSymbolicLink()).toBe(true);
  });

  it.each([
    [{}, undefined],
    [{ DOCKER_TLS_VERIFY: '1' }, 'users'],
    [{ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' }, undefined],
  ])(
    'says where the keys for TLS are, as docker looks beside its configuration: %j',
    async (more, expected) => {
      const { users, state, env } = setUp();

      const { DOCKER_CERT_PATH } = await prepareDockerConfig(state, { ...env, ...more });

      expect(DOCKER_CERT_PATH).toBe(expected && users);
    },
  );
});

describeWithDocker('openDocker', () => {
  it('finds the engine of the user’s context, whose helper does not work', async () => {
    const host = (await docker('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}')).trim();
    const users = makeFolder({ 'config.json': '{"credsStore":"desktop.exe"}' });
    const env = { PATH: process.env.PATH, DOCKER_CONFIG: users };
    await runProgram('docker', ['context', 'create', 'mine', '--docker', `host=${host}`], { env });
    await runProgram('docker', ['context', 'use', 'mine'], { env });
    const before = readFileSync(join(users, 'config.json'), 'utf8');

    const opened = await openDocker(makeFolder(), env);
    const asked = await opened.runLoggedIn(['context', 'show']);
    const answer = await opened.runLoggedIn(['version', '--format', '{{.Server.Version}}']);

    expect([asked.stdout, answer.stdout]).toEqual(['mine\n', `${opened.version}\n`]);
    expect(readFileSync(join(users, 'config.json'), 'utf8')).toBe(before);
    expect(opened.isPodman).toBe(false);
  });

  it('says when the context’s engine does not answer', async () => {
    const env = { PATH: process.env.PATH, DOCKER_CONFIG: makeFolder() };
    await runProgram('docker', ['context', 'create', 'gone', '--docker', 'host=tcp://127.0.0.1:1'], { env });

    const opened = openDocker(makeFolder(), { ...env, DOCKER_CONTEXT: 'gone' });

    await expect(opened).rejects.toMatchObject({ code: 'NO_CONTAINER_ENGINE', exitCode: 5 });
  });
});
