import { type DockerHost, openDockerHost } from '../../emulator/lambda/dockerLauncher.ts';
import type { Code } from '../../emulator/lambda/sandbox.ts';
import { type BiotServer, startBiotServer } from '../builders/biotServer.ts';
import {
  BUILD_TIMEOUT_MS,
  buildImage,
  type ContainerEnvironment,
  startContainerEnvironment,
} from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { preEvent } from '../builders/events.ts';
import { PYTHON_PLUGIN } from '../builders/pythonPlugin.ts';
import { createSigningKey, interceptorClaims, signToken } from '../builders/tokens.ts';

describeWithDocker('a plugin in Python', () => {
  const key = createSigningKey();
  let host: DockerHost;
  let biot: BiotServer;
  let code: Code;
  let environment: ContainerEnvironment;

  beforeAll(async () => {
    const opened = await openDockerHost(() => undefined);
    if (!opened) throw new Error('The engine went away');
    host = opened;
    biot = await startBiotServer(key.publicKey, host.listenAddress);
    code = await host.prepareLocal(await buildImage(PYTHON_PLUGIN, '--network', 'host'));
    environment = startContainerEnvironment(host, code, {
      variables: (runtimeApi) => ({
        ...{ _HANDLER: '', AWS_LAMBDA_RUNTIME_API: runtimeApi, BIOT_BASE_URL: biot.baseUrl },
      }),
    });
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await environment?.close();
    await code?.dispose();
    await host?.close();
    await biot?.close();
  }, 60_000);

  it('answers a signed event', async () => {
    const event = preEvent(signToken(key, interceptorClaims()));

    const answer = await environment.ask(event);

    const { request } = JSON.parse(event.body ?? '') as { request: { body: object } };
    expect(answer).toEqual({
      request: { ...request, body: { ...request.body, _description: 'seen by Python' } },
    });
  });

  it('refuses one that somebody else has signed', async () => {
    const answer = await environment.ask(preEvent(signToken(createSigningKey(), interceptorClaims())));

    expect(answer).toEqual({ statusCode: 401, body: { code: 'JWT_ERROR' } });
  });
});
