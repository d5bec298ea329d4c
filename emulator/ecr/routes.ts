import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { State, TempCredentials } from '../state.ts';
import type { Registry } from './registry.ts';
import { hasValidSignature, parseAuthorization } from './signature.ts';

const TARGET = 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken';
const TOKEN_LIFE_SECONDS = 12 * 60 * 60;

export type EcrOptions = {
  state: Pick<State, 'tempCredentials'>;
  clock: Clock;
  registry: Registry | undefined;
};

type AwsError = { __type: string; message: string };

export const ECR_PREFIX = '/ecr';

/** AWS's ECR as far as a docker login needs it. Errors are AWS's, not BioT's. */
export const ecr: FastifyPluginAsync<EcrOptions> = async (app, { state, clock, registry }) => {
  app.addContentTypeParser('application/x-amz-json-1.1', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  const route = async (request: FastifyRequest) => {
    const refusal = await findRefusal(state, request, clock.now());
    if (refusal) return { status: 400, body: refusal };
    if (!registry)
      return { status: 500, body: toError('ServerException', 'No registry could be started here') };
    const { user, password } = registry.login;
    const authorizationToken = Buffer.from(`${user}:${password}`).toString('base64');
    const expiresAt = clock.now().getTime() / 1000 + TOKEN_LIFE_SECONDS;
    const proxyEndpoint = `http://${registry.host}`;
    return { status: 200, body: { authorizationData: [{ authorizationToken, expiresAt, proxyEndpoint }] } };
  };
  for (const path of [ECR_PREFIX, `${ECR_PREFIX}/`]) {
    app.post(path, async (request, reply) => {
      const { status, body } = await route(request);
      return reply
        .code(status)
        .header('content-type', 'application/x-amz-json-1.1')
        .send(JSON.stringify(body));
    });
  }
};

const toError = (__type: string, message: string): AwsError => ({ __type, message });

async function findRefusal(
  state: EcrOptions['state'],
  request: FastifyRequest,
  now: Date,
): Promise<AwsError | undefined> {
  if (request.headers['x-amz-target'] !== TARGET) {
    return toError('UnknownOperationException', 'The local ECR knows GetAuthorizationToken only');
  }
  const authorization = parseAuthorization(request.headers.authorization);
  const credentials = state.tempCredentials.get(authorization?.accessKeyId ?? '');
  const isOurs = credentials?.sessionToken === request.headers['x-amz-security-token'];
  if (!authorization || !credentials || !isOurs) {
    return toError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  if (!/^\d{8}T\d{6}Z$/.test(String(request.headers['x-amz-date']))) {
    return toError(
      'IncompleteSignatureException',
      'Authorization header requires existence of an X-Amz-Date header.',
    );
  }
  return Date.parse(credentials.expiration) <= now.getTime()
    ? toError('ExpiredTokenException', 'The security token included in the request is expired')
    : findSignatureRefusal(request, authorization, credentials);
}

async function findSignatureRefusal(
  { method, url, headers, body }: FastifyRequest,
  authorization: NonNullable<ReturnType<typeof parseAuthorization>>,
  credentials: TempCredentials,
): Promise<AwsError | undefined> {
  const signed = { method, path: url, headers, body: typeof body === 'string' ? body : '' };
  if (await hasValidSignature(signed, authorization, credentials)) return undefined;
  const message = 'The request signature we calculated does not match the signature you provided.';
  return toError('InvalidSignatureException', message);
}
