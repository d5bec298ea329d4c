import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../deploy/runProgram.ts';
import { createApiCaller, type RunningEmulator, startEmulatorProcess } from '../builders/commandLine.ts';
import { hasDocker } from '../builders/docker.ts';
import { describeWithProgram } from '../builders/program.ts';
import { copyProject } from '../builders/project.ts';

const VARIABLE = 'the-value-of-a-secret-variable';
const TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\./;
const ALL_MS = 5 * 60_000;

// The smallest image that Lambda takes: what is built is of no matter here.
const DOCKERFILE = [
  'FROM node:24-bookworm-slim',
  'COPY index.js /var/task/',
  'WORKDIR /var/task',
  'ENTRYPOINT ["/usr/local/bin/node", "/var/task/index.js"]',
  'CMD ["index.handler"]',
].join('\n');

describeWithProgram('strace', 'the secrets of a deploy', () => {
  let emulator: RunningEmulator;
  let call: Awaited<ReturnType<typeof createApiCaller>>;
  const roots = { ZIP: copyProject('with a ZIP'), IMAGE: copyProject('with an image') };

  beforeAll(async () => {
    emulator = await startEmulatorProcess(roots.ZIP);
    call = await createApiCaller(emulator);
  });

  afterAll(() => emulator.interrupt());

  it('are seen where they are: this test can fail', async () => {
    const { traced } = await trace(roots.ZIP, ['get', VARIABLE]);

    expect(traced).toContain(VARIABLE);
  });

  const packages = (['ZIP', ...(hasDocker ? ['IMAGE'] : [])] as const).map((name) => [name]);

  it.each(packages)(
    'with deploymentPackageType %s are in no argument, no output, and no file that others can read',
    async (name) => {
      const root = roots[name as keyof typeof roots];
      writeProject(root, name, 'first');
      const { path, secrets } = await saveCredentials(root);
      const runs = name === 'IMAGE' ? [await trace(root, ['login', '--credentials', path])] : [];
      runs.push(await trace(root, ['deploy', '--verbose']));
      writeProject(root, name, 'second');
      runs.push(await trace(root, ['deploy', '--verbose', '--json']));
      runs.push(await trace(root, ['rollback', '--verbose']));

      const found = runs.map(({ args, code, traced, output }) => ({
        args,
        code,
        inArguments: findIn(traced, secrets),
        inOutput: findIn(output, secrets),
      }));

      expect(found).toEqual(runs.map(({ args }) => ({ args, code: 0, inArguments: [], inOutput: [] })));
      expect(runs.every(({ traced }) => traced.includes('execve('))).toBe(true);
      expect(
        filesForOthers(root).filter((file) => findIn(readFileSync(file, 'utf8'), secrets).length),
      ).toEqual([]);
    },
    ALL_MS,
  );

  /** All programs that are started, each with all of its arguments, and what the command wrote. */
  async function trace(root: string, args: string[]) {
    const log = join(root, 'strace.log');
    const program = [process.execPath, join(root, 'cli/biot-plugin.mjs'), ...args];
    const strace = ['-f', '-e', 'trace=execve', '-s', '1000000', '-o', log, ...program];
    const { code, stdout, stderr } = await runProgram('strace', strace, {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...emulator.env, SECRET_VALUE: VARIABLE },
    });
    return { args, code, traced: readFileSync(log, 'utf8'), output: stdout + stderr };
  }

  /** As a person does who saves BioT's answer; with all that must stay secret. */
  async function saveCredentials(root: string) {
    const { body } = await call('GET', '/settings/v2/plugins/docker-repository/temp-credentials');
    const path = join(root, 'credentials.json');
    writeFileSync(path, JSON.stringify(body), { mode: 0o600 });
    chmodSync(path, 0o600);
    const { secretAccessKey, sessionToken } = body.credentials as Record<string, string>;
    const secrets = () => {
      const { auths = {} } = readJson(join(root, '.biot/docker/config.json')) as {
        auths?: Record<string, { auth: string }>;
      };
      const logins = Object.values(auths).flatMap(({ auth }) => [
        auth,
        Buffer.from(auth, 'base64').toString().split(':')[1] ?? '',
      ]);
      return [VARIABLE, emulator.password, secretAccessKey ?? '', sessionToken ?? '', ...logins];
    };
    return { path, secrets };
  }
});

function writeProject(root: string, deploymentPackageType: string, description: string): void {
  const file = {
    name: `secrets-${deploymentPackageType.toLowerCase()}`,
    displayName: description,
    version: 1,
    deploymentPackageType,
    environmentVariables: { API_KEY: '$' + '{SECRET_VALUE}' },
  };
  writeFileSync(join(root, 'plugin.json'), JSON.stringify(file));
  writeFileSync(join(root, 'Dockerfile'), DOCKERFILE);
  writeFileSync(join(root, '.dockerignore'), '*\n!index.js\n');
  const code = `exports.handler = async () => ({ statusCode: 204 }); // ${description}\n`;
  writeFileSync(join(root, 'index.js'), code);
  const source = join(root, 'src/index.ts');
  const before = readFileSync(source, 'utf8').replace(/export const description = .*\n/, '');
  writeFileSync(source, `${before}export const description = '${description}';\n`);
}

/** Which of them are in the text: named by their number, so that a failure does not tell them. */
function findIn(text: string, secrets: () => string[]): string[] {
  const found = secrets().flatMap((secret, index) => (text.includes(secret) ? [`secret ${index}`] : []));
  return TOKEN.test(text) ? [...found, 'a token'] : found;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

const LEFT_OUT = ['node_modules', 'strace.log'];

/** That somebody else on this machine can read: each folder on the way lets them in. */
function filesForOthers(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.includes(entry.name)) return [];
    const path = join(folder, entry.name);
    const { mode } = statSync(path);
    if (entry.isDirectory()) return mode & 0o011 ? filesForOthers(path) : [];
    return mode & 0o044 ? [path] : [];
  });
}
