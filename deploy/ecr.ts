import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import type { Account } from './docker.ts';
import { isLoopback } from './dockerConfig.ts';
import { EXIT, Failure } from './failure.ts';
import { type Passing, parseRetryAfter, type RetryOptions, retry } from './retry.ts';
import type { TempCredentials } from './tempCredentials.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const LIFE_MS = 12 * 60 * 60_000;

/** `expiresAt` as ECR says it: 12 hours from now. */
export type RegistryLogin = Account & { expiresAt: Date };

/** `endpoint` is for an ECR that is not AWS's; of `env`, HTTPS_PROXY and its kin count. */
export type EcrOptions = RetryOptions & { endpoint?: string | undefined; env: NodeJS.ProcessEnv };

/** ECR's docker password for the temporary credentials. @throws Failure */
export async function getRegistryLogin(
  temporary: TempCredentials,
  options: EcrOptions,
): Promise<RegistryLogin> {
  const { endpoint, env: proxyEnv, signal } = options;
  if (!endpoint && isLocal(temporary.repositoryUri)) throw noEndpoint();
  const { accessKeyId, secretAccessKey, sessionToken } = temporary.credentials;
  const client = new ECRClient({
    region: temporary.region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    ...(endpoint && { endpoint }),
    maxAttempts: 1, // its own tries wait for whatever Retry-After says, and tell nobody
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      httpAgent: new HttpAgent({ proxyEnv }),
      httpsAgent: new HttpsAgent({ proxyEnv }),
    },
  });
  const ask = () => client.send(new GetAuthorizationTokenCommand({}), signal ? { abortSignal: signal } : {});
  const answer = await retry(ask, toPassing, options).catch(refused);
  const { authorizationToken = '', expiresAt = new Date(Date.now() + LIFE_MS) } =
    answer.authorizationData?.[0] ?? {};
  const [username = '', password = ''] = Buffer.from(authorizationToken, 'base64').toString().split(':');
  return { registry: temporary.repositoryUri.split('/')[0] ?? '', username, password, expiresAt };
}

/** A local BioT's repository: AWS has never heard of its credentials, and is not to. */
const isLocal = (repositoryUri: string): boolean => isLoopback(repositoryUri.split('/')[0] ?? '');

const noEndpoint = () =>
  new Failure({
    code: 'MISSING_SETTING',
    exitCode: EXIT.usage,
    message: 'AWS_ENDPOINT_URL_ECR is not set, and the credentials are a local BioT’s',
    cure: 'Set it to what the local BioT printed when it started.',
  });

const PASSING_STATUS = [429, 500, 502, 503, 504];
const PASSING_CODES = ['ECONNRESET', 'ECONNREFUSED', 'EAI_AGAIN', 'EPIPE', 'ETIMEDOUT'];

type AwsError = Error & {
  code?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
};

function toPassing(error: unknown): Passing | undefined {
  const { name, message, code = '', $metadata, $response } = error as AwsError;
  const { httpStatusCode: status = 0 } = $metadata ?? {};
  if (name === 'ThrottlingException' || PASSING_STATUS.includes(status)) {
    const retryAfterMs = parseRetryAfter($response?.headers?.['retry-after']);
    return {
      reason: `ECR refused (${status}) ${name}`,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
  // An answer that broke off has a status too.
  return PASSING_CODES.includes(code)
    ? { reason: `ECR does not answer: ${message.split('\n')[0]}` }
    : undefined;
}

const REFUSALS = [
  'AccessDeniedException',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
];

function refused(cause: Error): never {
  if (cause instanceof Failure || cause.name === 'AbortError') throw cause;
  const isRefusal = REFUSALS.includes(cause.name);
  const failure = isRefusal
    ? {
        code: 'ECR_REFUSED',
        exitCode: EXIT.notPermitted,
        cure: 'Get new temporary credentials and log in again.',
      }
    : {
        code: 'ECR_FAILED',
        exitCode: EXIT.failed,
        cure: 'Check the network (HTTPS_PROXY, AWS_ENDPOINT_URL_ECR).',
      };
  throw new Failure(
    { ...failure, message: `ECR gave no docker password: ${cause.name}: ${cause.message}` },
    { cause },
  );
}
