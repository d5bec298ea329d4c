import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { EXIT, Failure } from './failure.ts';
import type { TempCredentials } from './tempCredentials.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

export type RegistryLogin = { registry: string; username: string; password: string };

/** `endpoint` is for an ECR that is not AWS's; of `env`, HTTPS_PROXY and its kin count. */
export type EcrOptions = { endpoint?: string | undefined; env: NodeJS.ProcessEnv };

/** ECR's docker password for the temporary credentials. @throws Failure */
export async function getRegistryLogin(
  temporary: TempCredentials,
  { endpoint, env: proxyEnv }: EcrOptions,
): Promise<RegistryLogin> {
  if (!endpoint && isLocal(temporary.repositoryUri)) throw noEndpoint();
  const { accessKeyId, secretAccessKey, sessionToken } = temporary.credentials;
  const client = new ECRClient({
    region: temporary.region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    ...(endpoint && { endpoint }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      httpAgent: new HttpAgent({ proxyEnv }),
      httpsAgent: new HttpsAgent({ proxyEnv }),
    },
  });
  const answer = await client.send(new GetAuthorizationTokenCommand({})).catch(refused);
  const token = answer.authorizationData?.[0]?.authorizationToken ?? '';
  const [username = '', password = ''] = Buffer.from(token, 'base64').toString().split(':');
  return { registry: temporary.repositoryUri.split('/')[0] ?? '', username, password };
}

/** A local BioT's repository: AWS has never heard of its credentials, and is not to. */
const isLocal = (repositoryUri: string): boolean => /^(127\.0\.0\.1|localhost)[:/]/.test(repositoryUri);

const noEndpoint = () =>
  new Failure({
    code: 'MISSING_SETTING',
    exitCode: EXIT.usage,
    message: 'AWS_ENDPOINT_URL_ECR is not set, and the credentials are a local BioT’s',
    cure: 'Set it to what the local BioT printed when it started.',
  });

const REFUSALS = [
  'AccessDeniedException',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
];

function refused(cause: Error): never {
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
