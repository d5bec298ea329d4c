import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine } from '../builders/commandLine.ts';
import { BUILD_TIMEOUT_MS, buildImage, docker } from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { copyProject } from '../builders/project.ts';

const TIMEOUT_MS = 60_000;

type Result = {
  answer: { statusCode: number; body: string };
  statusCode: number;
  coldStart: boolean;
  logs: { text: string }[];
  error?: { code: string; exitCode: number };
};

describe('biot-plugin invoke', () => {
  const projectRoot = copyProject();
  const performFile = join(projectRoot, 'src/interceptorPre/perform.ts');
  const original = readFileSync(performFile, 'utf8');

  const invoke = async (args: string[], input?: string) => {
    const options = input === undefined ? {} : { input };
    const ran = await runCommandLine(projectRoot, ['invoke', ...args], options);
    return { ...ran, result: () => JSON.parse(ran.stdout) as Result };
  };

  const performing = (statement: string) =>
    writeFileSync(performFile, `export async function perform(): Promise<never> {\n  ${statement}\n}\n`);

  afterEach(() => writeFileSync(performFile, original));

  it.each([
    ['INTERCEPTOR_PRE', { request: expect.objectContaining({ path: '/organization/v1/users/patients' }) }],
    ['INTERCEPTOR_POST', { response: expect.objectContaining({ httpStatusCode: '200 OK' }) }],
    ['INTERCEPTOR_POST_ENTITY', { response: expect.objectContaining({ httpStatusCode: '200 OK' }) }],
    ['NOTIFICATION', {}],
    ['SCHEDULED', { patients: 0, pages: 0 }],
    ['DIRECT', { status: 'ok' }],
  ])(
    'gives the handler a sample of %s and shows its answer',
    async (hook, body) => {
      const { code, result } = await invoke(['--hook', hook, '--json']);

      const { answer, statusCode, coldStart, logs } = result();
      expect([code, statusCode, coldStart]).toEqual([0, 200, true]);
      expect(JSON.parse(answer.body)).toEqual(body);
      expect(logs.at(-1)?.text).toMatch(/^REPORT .*Max Memory Used/);
    },
    TIMEOUT_MS,
  );

  it(
    'takes the first hook of plugin.json, and saves its event without tokens to be given again',
    async () => {
      const file = join(projectRoot, 'event.json');
      const first = await invoke(['--save', file, '--verbose']);

      const again = await invoke(['--event', file, '--json']);

      const event = readFileSync(file, 'utf8');
      expect([first.code, again.code, again.result().statusCode]).toEqual([0, 0, 200]);
      expect(first.stderr).toMatch(/"message":"Metrics",.*"biotMs":[\d.]+\}$/m);
      expect(first.stderr).toMatch(/local BioT \d+ ms.*, sample \d+ ms, create \d+ ms, invoke \d+ ms/);
      expect(JSON.parse(event)).toMatchObject({
        headers: { hooktype: 'INTERCEPTOR_PRE', authorization: '[redacted]' },
        body: { request: { body: { _email: expect.any(String) } } },
      });
      expect(JSON.parse(first.stdout)).toMatchObject({
        body: { request: { path: '/organization/v1/users/patients' } },
      });
      expect(typeof again.result().answer.body).toBe('string');
      expect(again.result().logs.filter(({ text }) => text.includes('"_aws":{"Timestamp":'))).toHaveLength(1);
      expect(`${event}${first.stderr}${first.stdout}`).not.toMatch(/eyJ/);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    },
    TIMEOUT_MS,
  );

  it(
    'takes what record saved, of the hook that is named, with the entity that it tells of',
    async () => {
      const metadata = { entityTypeName: 'patient', actionName: '_create' };
      const told = { metadata, data: { entity: { _id: 'p-1', _enabled: 'ENABLED' } } };
      const events = [
        { plugin: 'x', hook: 'SCHEDULED', event: {} },
        { plugin: 'x', hook: 'NOTIFICATION', event: told },
      ];
      const recording = JSON.stringify({ format: 'biot-plugin-events/1', events });

      const { code, result } = await invoke(['-e', '-', '--hook', 'notification', '--json'], recording);

      expect([code, result().statusCode]).toEqual([0, 200]);
      expect(
        result()
          .logs.map(({ text }) => text)
          .join(),
      ).toContain('Read the patient back');
    },
    TIMEOUT_MS,
  );

  it(
    'takes the body of a hook, and shows a refusal as the plugin’s right',
    async () => {
      const request = { path: '/organization/v1/users/patients', body: { _dateOfBirth: '2999-12-31' } };

      const { code, result } = await invoke(
        ['-e', '-', '--hook', 'INTERCEPTOR_PRE', '--json'],
        JSON.stringify({ request }),
      );

      expect([code, result().statusCode, result().error]).toEqual([0, 400, undefined]);
      expect(JSON.parse(result().answer.body)).toMatchObject({ code: 'BIRTH_DATE_IN_FUTURE' });
    },
    TIMEOUT_MS,
  );

  it.each([
    ['PLUGIN_CRASHED', 'process.exit(3);', 'Runtime.ExitError'],
    ['PLUGIN_ANSWERED_ERROR', "throw new Error('no');", 'INTERNAL_SERVER_ERROR'],
    ['WRONG_ANSWER', "return { request: { path: 'no path' } } as never;", 'no path'],
  ])(
    'ends with exit code 6 and %s for a handler that does: %s',
    async (code, statement, told) => {
      performing(statement);

      const { code: exitCode, stdout, result } = await invoke(['--hook', 'INTERCEPTOR_PRE', '--json']);

      expect([exitCode, result().error]).toEqual([6, expect.objectContaining({ code, exitCode: 6 })]);
      expect(stdout).toContain(told);
    },
    TIMEOUT_MS,
  );

  it(
    'ends the handler at the time limit and gives it the variables of the environment that is named',
    async () => {
      performing(
        "console.log('GREETING', process.env.GREETING); return new Promise(() => setInterval(() => 1, 1000));",
      );
      const overlay = { timeout: 1, environmentVariables: { GREETING: `\${HELLO}` } };
      writeFileSync(join(projectRoot, 'plugin.staging.json'), JSON.stringify(overlay));
      writeFileSync(join(projectRoot, '.env.staging'), 'HELLO=from staging\n');

      const { code, stderr, stdout } = await invoke(['--hook', 'INTERCEPTOR_PRE', '--env', 'staging']);

      expect(code).toBe(6);
      expect(stderr).toContain('GREETING from staging');
      expect(stderr).toMatch(/TIMEOUT|timed out after 1\.00 seconds/);
      expect(stdout).not.toBe('');
    },
    TIMEOUT_MS,
  );

  it('names the API that plugin.json probably means', async () => {
    const interceptions = [{ type: 'PRE_REQUEST', apiId: 'POST/organization/v1/user/patients' }];
    const overlay = { subscriptions: { interceptions } };
    writeFileSync(join(projectRoot, 'plugin.mistyped.json'), JSON.stringify(overlay));

    const { code, stderr } = await invoke(['--env', 'mistyped']);

    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "POST/organization/v1/users/patients"?');
    expect(stderr).not.toContain('caregivers');
  });

  it.each([
    ['INVALID_EVENT', ['-e', '-'], '{"a":'],
    ['INVALID_EVENT', ['-e', 'nowhere.json'], undefined],
    ['INVALID_EVENT', ['-e', '-', '--hook', 'NOTIFICATION'], '{"format":"biot-plugin-events/1","events":[]}'],
    ['USAGE', ['--hook', 'PRE'], undefined],
  ])('ends with exit code 2 and %s for %j', async (expected, args, input) => {
    const { code, stdout } = await invoke([...args, '--json'], input);

    expect([code, JSON.parse(stdout).error.code]).toEqual([2, expected]);
  });
});

/** A function without a runtime client: answers with its memory size, or dies of too little memory when it is told to. */
const RUN = `
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
for (;;) {
  const next = await fetch(api + 'next');
  const event = await next.json();
  const kept = [];
  while (event.isHungry) kept.push(Buffer.alloc(16 * 1024 * 1024, 1));
  const body = JSON.stringify({ memory: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE });
  const id = next.headers.get('lambda-runtime-aws-request-id');
  await fetch(api + id + '/response', { method: 'POST', body: JSON.stringify({ statusCode: 200, body }) });
}`;

describeWithDocker('biot-plugin invoke --image', () => {
  const projectRoot = copyProject();
  let image: string;

  const invoke = (args: string[], input: string) =>
    runCommandLine(projectRoot, ['invoke', '-e', '-', '--json', ...args], { input });

  beforeAll(async () => {
    const Dockerfile =
      'FROM node:24-bookworm-slim\nCOPY run.mjs /\nENTRYPOINT ["/usr/local/bin/node", "/run.mjs"]';
    image = await buildImage({ Dockerfile, 'run.mjs': RUN });
  }, BUILD_TIMEOUT_MS);

  afterAll(() => docker('rmi', '--force', image));

  it(
    'runs the image within Lambda’s limits, and leaves it where it is and no container behind',
    async () => {
      const fed = await invoke(['--image', image], '{}');
      const hungry = await invoke(['--image', image], '{"isHungry":true}');

      const { answer } = JSON.parse(fed.stdout) as Result;
      expect([fed.code, JSON.parse(answer.body)]).toEqual([0, { memory: '256' }]);
      expect([hungry.code, JSON.parse(hungry.stdout).error.code]).toEqual([6, 'PLUGIN_CRASHED']);
      const id = await docker('image', 'inspect', '--format', '{{.Id}}', image);
      expect(await docker('ps', '--all', '--quiet', '--filter', `ancestor=${id}`)).toBe('');
    },
    BUILD_TIMEOUT_MS,
  );

  it.each([
    [['--image'], 'No image has been built from here yet'],
    [['--image', 'biot-plugin-test:nowhere'], 'The container engine has no image biot-plugin-test:nowhere'],
  ])('ends with exit code 2 for %j, as there is none', async (args, message) => {
    const { code, stdout } = await invoke(args, '{}');

    const { error } = JSON.parse(stdout);
    expect([code, error.code, error.message]).toEqual([2, 'NO_IMAGE', message]);
  });
});
