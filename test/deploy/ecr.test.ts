import { type EcrOptions, getRegistryLogin } from '../../deploy/ecr.ts';
import { type Answer, type BiotServer, startBiotServer } from '../builders/biotServer.ts';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' };
const temporary = { credentials, region: 'us-east-1', repositoryUri: 'registry.example/plugins' };

const refusal = (status: number, type: string, headers = {}): Answer => ({
  status,
  body: { __type: type, message: 'so it is' },
  headers,
});

describe('getRegistryLogin', () => {
  let ecr: BiotServer;
  let said: string[];
  let waits: number[];

  beforeEach(async () => {
    ecr = await startBiotServer();
    said = [];
    waits = [];
  });

  afterEach(() => ecr.close());

  const answerWith = (...answers: [Answer, ...Answer[]]) => ecr.route('POST /', ...answers);
  const password: Answer = {
    body: {
      authorizationData: [
        { authorizationToken: Buffer.from('AWS:pass:word').toString('base64'), expiresAt: 1_800_000_000 },
      ],
    },
  };
  const getLogin = (more: Partial<EcrOptions> = {}) =>
    getRegistryLogin(temporary, {
      endpoint: ecr.baseUrl,
      env: {},
      onRetry: (line) => void said.push(line),
      wait: async (ms) => void waits.push(ms),
      random: () => 0,
      ...more,
    });

  // Lost connections are in the table of faults: in jest the SDK does not know Node's errors for errors.
  it.each<[string, Answer, number]>([
    ['429', refusal(429, 'ThrottlingException'), 500],
    ['429 with Retry-After', refusal(429, 'ThrottlingException', { 'retry-after': '7' }), 7000],
    ['a ThrottlingException', refusal(400, 'ThrottlingException'), 500],
    ['500', refusal(500, 'ServerException'), 500],
    ['503 with Retry-After', refusal(503, 'ServiceUnavailable', { 'retry-after': '2' }), 2000],
    ['504', { status: 504, body: '<html>' }, 500],
  ])('asks again after %s, and says so', async (_name, answer, ms) => {
    answerWith(answer, password);

    const login = await getLogin();

    expect(login).toMatchObject({ registry: 'registry.example', username: 'AWS' });
    expect({ waits, said }).toEqual({
      waits: [ms],
      said: [expect.stringMatching(/^ECR .*; trying again in \d\.\d s \(try 2 of 5\)$/)],
    });
  });

  it('asks five times at most', async () => {
    answerWith(refusal(503, 'ServiceUnavailable'));

    const login = getLogin();

    await expect(login).rejects.toMatchObject({ code: 'ECR_FAILED', exitCode: 1 });
    expect(ecr.requests).toHaveLength(5);
  });

  it('does not ask again after a refusal', async () => {
    answerWith(refusal(400, 'ExpiredTokenException'), password);

    const login = getLogin();

    await expect(login).rejects.toMatchObject({ code: 'ECR_REFUSED', exitCode: 3 });
    expect(said).toEqual([]);
  });

  it('does not wait for an hour', async () => {
    answerWith(refusal(503, 'ServiceUnavailable', { 'retry-after': '3600' }), password);

    const login = getLogin();

    await expect(login).rejects.toMatchObject({ code: 'RETRY_LATER' });
  });

  it('ends at once when it is interrupted', async () => {
    const controller = new AbortController();
    answerWith(() => controller.abort());

    const login = getLogin({ signal: controller.signal });

    await expect(login).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each(['127.0.0.1:4701/biot-plugins', 'localhost:4701/biot-plugins'])(
    'does not send a local BioT’s credentials for %s to AWS',
    async (repositoryUri) => {
      const login = getRegistryLogin({ ...temporary, repositoryUri }, { env: {} });

      await expect(login).rejects.toMatchObject({
        code: 'MISSING_SETTING',
        exitCode: 2,
        message: expect.stringContaining('AWS_ENDPOINT_URL_ECR is not set'),
      });
    },
  );
});
