import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkImage } from '../../deploy/checkImage/checkImage.ts';
import { openDocker } from '../../deploy/docker.ts';
import { runProgram } from '../../deploy/runProgram.ts';
import { type DockerHost, openDockerHost } from '../../emulator/lambda/dockerLauncher.ts';
import { toLambdaVariables } from '../../emulator/lambda/lambdaVariables.ts';
import type { Plugin, ServiceUser } from '../../emulator/state.ts';
import { type BiotServer, startBiotServer } from '../builders/biotServer.ts';
import {
  type ContainerEnvironment,
  docker as runDocker,
  startContainerEnvironment,
} from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import {
  directEvent,
  notificationEvent,
  PATIENT_ID,
  PATIENTS,
  patient,
  postEntityEvent,
  postEvent,
  preEvent,
  scheduledEvent,
} from '../builders/events.ts';
import { PROJECT_ROOT } from '../builders/project.ts';
import {
  createSigningKey,
  interceptorClaims,
  notificationClaims,
  signToken,
  userClaims,
} from '../builders/tokens.ts';

const BUILD_TIMEOUT_MS = 15 * 60_000;
const TAG = `biot-plugin-test:${randomUUID()}`;
const RECIPE_TAG = `biot-plugin-test:recipe-${randomUUID()}`;

const plugin: Plugin = {
  config: {
    name: 'image-test',
    displayName: 'Image test',
    version: 1,
    runtime: null,
    handler: null,
    timeout: 10,
    memorySize: 128,
    ephemeralStorage: 512,
    environmentVariables: {},
    subscriptions: { interceptionOrder: 1, interceptions: [], notifications: [] },
    enabledState: 'ENABLED',
    deploymentPackageType: 'IMAGE',
    analyticsDbAccess: false,
    cors: { allowOrigins: [], allowMethods: [], allowHeaders: [], exposeHeaders: [] },
  },
  code: { kind: 'IMAGE', digest: TAG },
  serviceUserId: randomUUID(),
  urlId: '0'.repeat(32),
  creationTime: '2026-01-01T00:00:00.000Z',
  lastModifiedTime: '2026-01-01T00:00:00.000Z',
};

const serviceUser: ServiceUser = {
  id: plugin.serviceUserId,
  name: 'Plugin-image-test',
  type: 'INTERNAL_SERVICE',
  secretKeys: [{ id: 'key', creationTime: plugin.creationTime, secretKey: 'secret-of-the-service-user' }],
};

const dockerBuild = (args: string[]): Promise<string> =>
  runDocker('build', '--platform', 'linux/amd64', ...args);

describeWithDocker(
  'the image as Lambda runs it: 128 MB, uid 993, read-only root, a network to BioT only',
  () => {
    const key = createSigningKey();
    let docker: DockerHost;
    let biot: BiotServer;
    const environments: ContainerEnvironment[] = [];

    /** The image in a new container, with exactly Lambda's variables for an image: `_HANDLER` is blank. */
    const start = async (reference: string): Promise<ContainerEnvironment> => {
      const environment = startContainerEnvironment(docker, await docker.prepareLocal(reference), {
        timeout: plugin.config.timeout,
        variables: (runtimeApi) =>
          toLambdaVariables({ plugin, serviceUser }, { biotBaseUrl: biot.baseUrl, runtimeApi }),
      });
      environments.push(environment);
      return environment;
    };

    beforeAll(async () => {
      await dockerBuild(['--tag', TAG, PROJECT_ROOT]);
      const host = await openDockerHost(() => undefined);
      if (!host) throw new Error('The engine went away');
      docker = host;
      biot = await startBiotServer(key.publicKey, docker.listenAddress);
      biot.route(`GET ${PATIENTS}/${PATIENT_ID}`, { body: patient() });
      biot.route(`GET ${PATIENTS}`, {
        body: { data: [patient(), patient()], metadata: { page: { totalResults: 2, page: 0, limit: 50 } } },
      });
    }, BUILD_TIMEOUT_MS);

    afterAll(async () => {
      await Promise.all(environments.map((environment) => environment.close()));
      await docker?.close();
      await biot?.close();
      await runProgram('docker', ['rmi', '--force', TAG, RECIPE_TAG]);
    }, 60_000);

    describe('answers the event of every hook', () => {
      let environment: ContainerEnvironment;

      beforeAll(async () => {
        environment = await start(TAG);
      });

      const invoke = async (event: object): Promise<{ statusCode: number; body: unknown }> => {
        const { statusCode, body } = (await environment.ask(event)) as { statusCode: number; body: string };
        return { statusCode, body: JSON.parse(body) };
      };

      it('INTERCEPTOR_PRE', async () => {
        const answer = await invoke(preEvent(signToken(key, interceptorClaims())));

        expect(answer).toMatchObject({ statusCode: 200, body: { request: { path: expect.any(String) } } });
      });

      it('INTERCEPTOR_POST', async () => {
        const answer = await invoke(postEvent(signToken(key, interceptorClaims())));

        expect(answer).toMatchObject({
          statusCode: 200,
          body: { response: { httpStatusCode: expect.any(String) } },
        });
      });

      it('INTERCEPTOR_POST_ENTITY', async () => {
        const answer = await invoke(postEntityEvent(signToken(key, interceptorClaims())));

        const { response } = answer.body as { response: { entities: { _nationalId?: string }[] } };
        expect(answer.statusCode).toBe(200);
        expect(response.entities.map(({ _nationalId }) => _nationalId)).toEqual(['*******89', '**']);
      });

      it('NOTIFICATION, with a call back to BioT', async () => {
        const answer = await invoke(notificationEvent(signToken(key, notificationClaims())));

        expect(answer).toEqual({ statusCode: 200, body: {} });
        expect(biot.count(`GET ${PATIENTS}/${PATIENT_ID}`)).toBe(1);
      });

      it('a scheduled run', async () => {
        const answer = await invoke(scheduledEvent());

        expect(answer).toEqual({ statusCode: 200, body: { patients: 2, pages: 1 } });
      });

      it('a direct call', async () => {
        const answer = await invoke(directEvent(signToken(key, userClaims())));

        expect(answer).toEqual({ statusCode: 200, body: { status: 'ok' } });
      });

      it('a call with nobody’s token', async () => {
        const answer = await invoke(preEvent('x.y.z'));

        expect(answer).toMatchObject({ statusCode: 401, body: { code: 'JWT_ERROR' } });
      });

      it('without a token, a secret or an attribute of a patient in the log', () => {
        const log = environment.lines.join('\n');

        expect(log).toContain('"message":"Read the patient back"');
        expect(log).not.toMatch(/eyJ|secret-of-the-service-user|First|Last|123456789|example\.com/);
      });
    });

    it('is an image that Lambda takes, without a warning', async () => {
      const engine = await openDocker(mkdtempSync(join(tmpdir(), 'biot-image-')), process.env);

      const findings = await checkImage({ docker: engine, env: process.env, reference: TAG });

      expect(findings).toEqual([]);
    }, 60_000);

    it('names an entry point that is an absolute path and no symlink, and the handler as CMD', async () => {
      const format = '{{json .Config.Entrypoint}} {{json .Config.Cmd}} {{.Architecture}}';
      const { stdout } = await runProgram('docker', ['image', 'inspect', '--format', format, TAG]);
      const script = 'const s=require("fs").lstatSync("/usr/local/bin/node");console.log(s.isFile())';
      const run = await runProgram('docker', [
        'run',
        '--rm',
        '--entrypoint',
        '/usr/local/bin/node',
        TAG,
        '-e',
        script,
      ]);

      expect(stdout.trim()).toBe(
        '["/usr/local/bin/node","--max-semi-space-size=2","/var/runtime/entrypoint.mjs"] ["index.handler"] amd64',
      );
      expect(run.stdout.trim()).toBe('true');
    });

    it('holds Node, its libraries, certificates, the runtime client and the plugin, all readable by everybody', async () => {
      const script = `
        const list = (folder) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
          const path = folder + entry.name;
          const isOf = ['/proc', '/sys', '/dev'].includes(path) || path === '/.dockerenv';
          if (isOf) return [];
          const rows = [path + ' ' + (fs.statSync(path).mode & 0o7777).toString(8)];
          return entry.isDirectory() ? [...rows, ...list(path + '/')] : rows;
        });
        console.log(list('/').join('\\n'));`;
      const node = ['run', '--rm', '--entrypoint', '/usr/local/bin/node', TAG];

      const { stdout } = await runProgram('docker', [...node, '-e', script]);

      const rows = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' '));
      const files = rows
        .map(([path = '']) => path)
        .filter((path) => !/^\/(etc\/(hostname|hosts|mtab|resolv)|lib)/.test(path));
      expect(files.map((path) => path.replace(/\/[0-9a-f]{8}$/, '/<piece>'))).toEqual([
        '/etc',
        '/etc/ssl',
        '/etc/ssl/certs',
        '/etc/ssl/certs/ca-certificates.crt',
        '/tmp',
        '/usr',
        '/usr/local',
        '/usr/local/bin',
        '/usr/local/bin/node',
        '/var',
        '/var/runtime',
        '/var/runtime/compileCache',
        '/var/runtime/compileCache/<piece>',
        '/var/runtime/compileCache/<piece>',
        '/var/runtime/compileCache/<piece>',
        '/var/runtime/entrypoint.mjs',
        '/var/runtime/index.mjs',
        '/var/runtime/rapid-client.node',
        '/var/task',
        '/var/task/THIRD-PARTY-NOTICES.txt',
        '/var/task/index.js',
        '/var/task/package.json',
      ]);
      const libraries = rows.map(([path = '']) => path).filter((path) => path.startsWith('/lib'));
      expect(
        libraries.filter((path) => !/^\/lib(64|\/x86_64-linux-gnu)?(\/[\w.+-]+\.so\.\d+)?$/.test(path)),
      ).toEqual([]);
      expect(rows.filter(([, mode]) => !/^1?\d\d[4-7]$/.test(mode ?? ''))).toEqual([]);
    });

    it.each([
      ['Lambda’s user', '993:990', []],
      ['any other user', '1234:1234', []],
      ['a processor’s other code', '993:990', ['--no-enable-avx2']],
    ])('starts with what was compiled when it was built, or without: %s', async (_what, user, flags) => {
      const limits = ['--read-only', '--tmpfs', '/tmp:mode=1777', '--user', user];
      const variables = ['_HANDLER=', 'LAMBDA_TASK_ROOT=/var/task', 'AWS_LAMBDA_RUNTIME_API=127.0.0.1:9'];
      const debug = 'NODE_DEBUG_NATIVE=COMPILE_CACHE';
      const env = [...variables, debug].flatMap((variable) => ['-e', variable]);
      const entry = [
        '--entrypoint',
        '/usr/local/bin/node',
        TAG,
        ...flags,
        '/var/runtime/entrypoint.mjs',
        'index.handler',
      ];

      const { stderr, stdout } = await runProgram('docker', ['run', '--rm', ...limits, ...env, ...entry]);

      const accepted = [...stderr.matchAll(/V8 code cache for \S+ (\S+) was (\S+),/g)].map(
        ([, path, what]) => [path, what],
      );
      const expected = flags.length > 0 ? 'rejected' : 'accepted';
      expect(stdout + stderr).toContain('Failed to get next invocation'); // it got that far
      expect(accepted).toEqual([
        ['file:///var/runtime/index.mjs', expected],
        ['/var/task/index.js', expected],
      ]);
    });

    it('fails with the recipe of aws-lambda-ric’s own README, as it does on Lambda', async () => {
      const context = mkdtempSync(join(tmpdir(), 'biot-recipe-'));
      const manifest = { name: 'aws-lambda-ric', version: '4.0.2', bin: { 'aws-lambda-ric': './index.mjs' } };
      writeFileSync(join(context, 'package.json'), JSON.stringify({ ...manifest, type: 'module' }));
      // Where the recipe's `npm install aws-lambda-ric` puts it; then its last three lines as they stand there.
      const recipe = [
        `FROM ${TAG} AS ours`,
        'FROM node:24-bookworm-slim',
        'WORKDIR /function',
        'ENV NPM_CONFIG_UPDATE_NOTIFIER=false', // npm would wait for the Internet, which this network does not lead to
        'COPY package.json node_modules/aws-lambda-ric/',
        'COPY --from=ours /var/runtime/index.mjs /var/runtime/rapid-client.node node_modules/aws-lambda-ric/',
        'COPY --from=ours /var/task .',
        'RUN chmod +x node_modules/aws-lambda-ric/index.mjs && mkdir node_modules/.bin \\',
        '    && ln -s ../aws-lambda-ric/index.mjs node_modules/.bin/aws-lambda-ric && chmod -R a+rX /function',
        'ENTRYPOINT ["npx", "aws-lambda-ric"]',
        'CMD ["index.handler"]',
      ];
      writeFileSync(join(context, 'Dockerfile'), recipe.join('\n'));
      await dockerBuild(['--tag', RECIPE_TAG, context]);
      const environment = await start(RECIPE_TAG);

      const outcome = await environment.send(scheduledEvent());

      expect(outcome).toEqual({ ok: false, payload: expect.stringContaining('Runtime.ExitError') });
      expect(environment.lines.join('\n')).toContain('_HANDLER environment variable is not set');
    }, 120_000);
  },
);
