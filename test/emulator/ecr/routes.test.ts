import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import fastify, { type FastifyInstance } from 'fastify';
import { answerErrorsAsBiot } from '../../../emulator/biotError.ts';
import { createClock } from '../../../emulator/clock.ts';
import { ecr } from '../../../emulator/ecr/routes.ts';
import { traceCalls } from '../../../emulator/trace.ts';
import {
  hasProgram,
  itWhere,
  itWithRegistry,
  PLUGINS,
  sendRaw,
  startTestEmulator,
  type TestEmulator,
} from '../../builders/emulator.ts';

type Credentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: string;
};

const TARGET = 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken';
const REGISTRY_PASSWORD = 'the-password';

const toBasic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function getAuthorizationToken(
  endpoint: string,
  { accessKeyId, secretAccessKey, sessionToken }: Partial<Credentials>,
) {
  const client = new ECRClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: accessKeyId ?? '',
      secretAccessKey: secretAccessKey ?? '',
      ...(sessionToken && { sessionToken }),
    },
  });
  try {
    return await client.send(new GetAuthorizationTokenCommand({}));
  } finally {
    client.destroy();
  }
}

describe('ECR with its registry', () => {
  let biot: TestEmulator;

  beforeAll(async () => {
    biot = await startTestEmulator();
  });

  afterAll(() => biot.close());

  const getCredentials = async () => {
    const { body } = await biot.call(`GET ${PLUGINS}/docker-repository/temp-credentials`);
    return (body as { credentials: Credentials }).credentials;
  };

  const statusAt = async (authorization?: string) => {
    const headers = authorization ? { authorization } : {};
    return (await fetch(`http://${biot.registry}/v2/`, { headers })).status;
  };

  itWithRegistry('hands out, for twelve hours, the password of the registry', async () => {
    const credentials = await getCredentials();

    const { authorizationData } = await getAuthorizationToken(biot.ecrEndpoint, credentials);

    const [{ authorizationToken = '', expiresAt, proxyEndpoint } = {}, ...others] = authorizationData ?? [];
    const [user = '', password = ''] = Buffer.from(authorizationToken, 'base64').toString().split(':');
    expect({ user, proxyEndpoint, others }).toEqual({
      user: 'AWS',
      proxyEndpoint: `http://${biot.registry}`,
      others: [],
    });
    expect(Math.abs((expiresAt?.getTime() ?? 0) - Date.now() - 12 * 3_600_000)).toBeLessThan(10_000);
    expect([
      await statusAt(toBasic(user, password)),
      await statusAt(toBasic(user, `${password}x`)),
      await statusAt(toBasic('admin', password)),
      await statusAt(),
    ]).toEqual([200, 401, 401, 401]);
  });

  itWhere(
    hasProgram('aws') && hasProgram('docker-registry'),
    'the AWS command line or docker-registry is not on the PATH',
    false,
  )('gives the AWS command line the password of the registry', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await getCredentials();
    const args = ['ecr', 'get-login-password', '--region', 'us-east-1', '--endpoint-url', biot.ecrEndpoint];

    const { stdout } = await promisify(execFile)('aws', args, {
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
        NO_PROXY: '127.0.0.1',
      },
    });

    expect(await statusAt(toBasic('AWS', stdout.trim()))).toBe(200);
  });

  itWithRegistry('refuses credentials when their hour is over on the local BioT’s clock', async () => {
    const { body } = await biot.call(`GET ${PLUGINS}/docker-repository/temp-credentials`);
    const { credentials } = body as { credentials: Credentials };
    const { authorizationData } = await getAuthorizationToken(biot.ecrEndpoint, credentials);
    await biot.call('POST /emulator/clock', { body: { advanceSeconds: 3600 } });

    const refusal = getAuthorizationToken(biot.ecrEndpoint, credentials);

    await expect(refusal).rejects.toMatchObject({
      name: 'ExpiredTokenException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(authorizationData).toHaveLength(1);
  });

  itWithRegistry('knows nobody whom the plugin API did not give credentials', async () => {
    const own = { accessKeyId: 'ASIAXXXXXXXXXXXXXXXX', secretAccessKey: 's', sessionToken: 't' };

    const refusal = getAuthorizationToken(biot.ecrEndpoint, own);

    await expect(refusal).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });
});

describe('GetAuthorizationToken', () => {
  const valid: Credentials = {
    accessKeyId: 'ASIA0000000000000001',
    secretAccessKey: 'Secret/Access+Key',
    sessionToken: 'session-token-1',
    expiration: '2999-01-01T00:00:00Z',
  };
  const expired: Credentials = {
    ...valid,
    accessKeyId: 'ASIA0000000000000002',
    expiration: '2026-01-01T00:00:00Z',
  };
  const tempCredentials = new Map([valid, expired].map((entry) => [entry.accessKeyId, entry]));
  const login = { user: 'AWS', password: REGISTRY_PASSWORD };
  const registry = {
    host: '127.0.0.1:4701',
    repositoryUri: '127.0.0.1:4701/biot-plugins',
    login,
    resolve: async () => undefined,
    forget: async () => undefined,
    close: async () => undefined,
  };
  const clock = createClock(new Map());
  let app: FastifyInstance;
  let endpoint: string;

  const start = async (withRegistry = true) => {
    app = fastify({ forceCloseConnections: true });
    traceCalls(app);
    answerErrorsAsBiot(app, () => undefined);
    const state = { tempCredentials };
    await app.register(ecr, { state, clock, registry: withRegistry ? registry : undefined });
    endpoint = `${await app.listen({ port: 0, host: '127.0.0.1' })}/ecr`;
  };

  beforeEach(() => start());

  afterEach(() => app.close());

  it.each(['', '/'])('answers at the endpoint ending with %j', async (end) => {
    const { authorizationData } = await getAuthorizationToken(endpoint + end, valid);

    expect(authorizationData).toEqual([
      {
        authorizationToken: Buffer.from(`AWS:${REGISTRY_PASSWORD}`).toString('base64'),
        expiresAt: expect.any(Date),
        proxyEndpoint: 'http://127.0.0.1:4701',
      },
    ]);
  });

  it.each<[string, Partial<Credentials>, string]>([
    ['the secret is wrong', { ...valid, secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['the session token is wrong', { ...valid, sessionToken: 'wrong' }, 'UnrecognizedClientException'],
    [
      'the session token is absent',
      { accessKeyId: valid.accessKeyId, secretAccessKey: valid.secretAccessKey },
      'UnrecognizedClientException',
    ],
    ['the key is unknown', { ...valid, accessKeyId: 'ASIA9' }, 'UnrecognizedClientException'],
    ['the credentials have expired', expired, 'ExpiredTokenException'],
  ])('refuses when %s', async (_name, credentials, name) => {
    const refusal = getAuthorizationToken(endpoint, credentials);

    await expect(refusal).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it('says so when no registry could be started', async () => {
    await app.close();
    await start(false);

    const refusal = getAuthorizationToken(endpoint, valid);

    await expect(refusal).rejects.toMatchObject({
      name: 'ServerException',
      $metadata: { httpStatusCode: 500 },
    });
  });

  const credential = `Credential=${valid.accessKeyId}/20260101/us-east-1/ecr/aws4_request`;
  const signature = `Signature=${'0'.repeat(64)}`;

  it.each<[string, Record<string, string>, string]>([
    ['no signature', {}, 'UnrecognizedClientException'],
    ['an unreadable one', { authorization: 'AWS4-HMAC-SHA256 nonsense' }, 'UnrecognizedClientException'],
    [
      'a wrong one',
      {
        authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host;x-amz-date, ${signature}`,
        'x-amz-date': '20260101T000000Z',
      },
      'InvalidSignatureException',
    ],
    [
      'one without a date',
      { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, ${signature}` },
      expect.stringMatching(/Signature/),
    ],
    [
      'another operation',
      { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.PutImage' },
      'UnknownOperationException',
    ],
  ])("refuses %s with 400 in AWS's form", async (_name, headers, type) => {
    const answer = await sendRaw(endpoint, '/ecr/', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': TARGET,
        'x-amz-security-token': valid.sessionToken,
        ...headers,
      },
      body: Buffer.from('{}'),
    });

    expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([
      400,
      expect.stringMatching('^application/x-amz-json-1.1'),
      { __type: type, message: expect.any(String) },
    ]);
  });
});
