import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../deploy/runProgram.ts';
import { type Environment, runCommandLine } from '../builders/commandLine.ts';
import { describeWithDocker } from '../builders/docker.ts';
import {
  type Json,
  newPatient,
  PATIENTS,
  PLUGINS,
  pluginForm,
  startTestEmulator,
  type TestEmulator,
} from '../builders/emulator.ts';
import { type HookEndpoint, sendJson, startHookEndpoint } from '../builders/hookEndpoint.ts';
import { copyProject } from '../builders/project.ts';

const INTERCEPTIONS = '/dispatcher/v1/hooks/interceptions';
const BUILD_TIMEOUT_MS = 5 * 60_000;

/** Puts a word behind the description, in whichever of the three hooks; it runs in a plugin too, so it is one text. */
const SIGN = `(body, word) => {
  const sign = (entity) => ({ ...entity, _description: ((entity._description ?? '') + ' ' + word).trim() });
  const { request, response } = body;
  if (!response) return { request: { ...request, body: sign(request.body) } };
  if (response.entities) return { response: { ...response, entities: response.entities.map(sign) } };
  return { response: { ...response, body: sign(response.body) } };
}`;
const sign = new Function(`return ${SIGN}`)() as (body: Json, word: string) => Json;

/** Every hook of creating a patient, for a plugin that is deployed. */
const subscriptions = {
  interceptions: [
    { type: 'PRE_REQUEST', apiId: `POST${PATIENTS}`, order: 2 },
    { type: 'ADAPT_ENTITY', entityTypeName: 'patient', order: 2 },
    { type: 'POST_REQUEST', apiId: `POST${PATIENTS}`, order: 2 },
  ],
};

/** The same hooks of an endpoint of one's own: before the plugin and, with another path, after it. */
async function subscribeAround(biot: TestEmulator, { url }: HookEndpoint): Promise<void> {
  for (const { order, ...wanted } of subscriptions.interceptions)
    for (const [executionOrder, path] of [
      [order - 1, 'before'],
      [order + 1, 'after'],
    ]) {
      const { entityTypeName: entityName, ...rest } = wanted as Json;
      const body = {
        ...rest,
        ...(entityName !== undefined && { entityName }),
        executionOrder,
        endpoint: `${url}/${path}`,
      };
      const { status, text } = await biot.call(`POST ${INTERCEPTIONS}/subscribe`, { body });
      if (status !== 201) throw new Error(text);
    }
}

async function startSigningEndpoint(): Promise<HookEndpoint> {
  const endpoint = await startHookEndpoint();
  endpoint.answerBy(({ url, body }, reply) => sendJson(reply, sign(body, String(url.split('/').at(-1)))));
  return endpoint;
}

const SIGNED_BY_ALL = 'before plugin after'.repeat(3).replaceAll('afterbefore', 'after before');

async function createAndRead(biot: TestEmulator) {
  const created = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
  const { _id, _description } = created.body as Json;
  return { status: created.status, id: _id, caller: _description };
}

describe('an endpoint of one’s own and a deployed plugin in one chain', () => {
  let biot: TestEmulator;
  let endpoint: HookEndpoint;

  beforeAll(async () => {
    [biot, endpoint] = await Promise.all([startTestEmulator(), startSigningEndpoint()]);
    await biot.deploy({
      name: 'plugin',
      code: `const sign = ${SIGN}; exports.handler = async (event) => sign(JSON.parse(event.body), 'plugin');`,
      subscriptions,
    });
    await subscribeAround(biot, endpoint);
  });

  afterAll(async () => {
    await biot.close();
    await endpoint.close();
  });

  it('change the same create one after another, and the caller sees it', async () => {
    const { status, caller } = await createAndRead(biot);

    expect([status, caller]).toEqual([201, SIGNED_BY_ALL]);
  });

  it('adapt also what is read, but for the one that has unsubscribed', async () => {
    const { id } = await createAndRead(biot);
    await biot.call(`POST ${INTERCEPTIONS}/unsubscribe`, {
      body: { type: 'ADAPT_ENTITY', entityName: 'patient', endpoint: `${endpoint.url}/after` },
    });

    const { body } = await biot.call(`GET ${PATIENTS}/${id}`);

    expect((body as Json)._description).toBe('before plugin after before plugin');
  });

  it('stand in one trace in the order in which they were asked', async () => {
    const created = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
    const traceId = created.headers.traceparent?.split('-')[1];

    const { body } = await biot.call(`GET /emulator/traces/${traceId}`);

    const { spans } = body as { spans: Json[] };
    const hooks = spans
      .filter(({ kind }) => kind === 'HOOK')
      .map(({ plugin }) => String(plugin).split('/').at(-1));
    expect(hooks.slice(0, 3)).toEqual(['before', 'plugin', 'after']);
    expect(hooks.slice(-3)).toEqual(['before', 'plugin', 'after']);
  });
});

describeWithDocker('an endpoint of one’s own and a deployed image in one chain', () => {
  const projectRoot = copyProject();
  let biot: TestEmulator;
  let endpoint: HookEndpoint;
  let imageTag = '';

  beforeAll(async () => {
    [biot, endpoint] = await Promise.all([startTestEmulator({ launcher: 'docker' }), startSigningEndpoint()]);
    writeImage(projectRoot);
    imageTag = await push(projectRoot, biot);
    const config = {
      name: 'plugin',
      displayName: 'Plugin',
      version: 1,
      deploymentPackageType: 'IMAGE',
      imageTag,
    };
    const created = await biot.call(`POST ${PLUGINS}`, {
      body: pluginForm({ ...config, timeout: 30, subscriptions }),
    });
    if (created.status !== 201) throw new Error(created.text);
    await subscribeAround(biot, endpoint);
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await biot?.close();
    await endpoint?.close();
    const image = `${biot?.registry}/biot-plugins:${imageTag}`;
    await runProgram('docker', ['rmi', '--force', image, `${image}-build`]);
  }, 60_000);

  it('change the same create one after another, and the caller sees it', async () => {
    const { status, caller } = await createAndRead(biot);

    expect([status, caller]).toEqual([201, SIGNED_BY_ALL]);
  }, 60_000);
});

/** Any image with a program in it that asks Lambda's runtime API for events. */
function writeImage(folder: string): void {
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM node:24-bookworm-slim
RUN [ ! -L /usr/local/bin/node ] || cp --remove-destination "$(readlink -f /usr/local/bin/node)" /usr/local/bin/node
COPY main.mjs /var/task/main.mjs
RUN chmod 644 /var/task/main.mjs
ENTRYPOINT ["/usr/local/bin/node", "/var/task/main.mjs"]
`,
  );
  writeFileSync(join(folder, '.dockerignore'), '*\n!main.mjs\n');
  writeFileSync(
    join(folder, 'main.mjs'),
    `const sign = ${SIGN};
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
for (;;) {
  const next = await fetch(api + 'next');
  const event = await next.json();
  const body = JSON.stringify(sign(JSON.parse(event.body), 'plugin'));
  await fetch(api + next.headers.get('lambda-runtime-aws-request-id') + '/response', { method: 'POST', body });
}
`,
  );
}

/** As a person does it; returns the tag. */
async function push(projectRoot: string, biot: TestEmulator): Promise<string> {
  const env: Environment = {
    BIOT_CLI_BASE_URL: biot.baseUrl,
    BIOT_CLI_USERNAME: biot.username,
    BIOT_CLI_PASSWORD: biot.password,
    AWS_ENDPOINT_URL_ECR: biot.ecrEndpoint,
  };
  await runCommandLine(projectRoot, ['login'], { env });
  const { code, stdout, stderr } = await runCommandLine(projectRoot, ['build-and-push', '--json'], { env });
  if (code !== 0) throw new Error(stdout + stderr);
  return (JSON.parse(stdout) as { imageTag: string }).imageTag;
}
