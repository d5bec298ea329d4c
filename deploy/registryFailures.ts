import { EXIT, Failure } from './failure.ts';

type Kind = { pattern: RegExp; code: string; exitCode: number; cure: string };

/** What registries, ECR first, say about pushes, by what it means. The first that fits counts. */
const KINDS: Kind[] = [
  {
    pattern: /immutable/i,
    code: 'TAG_IMMUTABLE',
    exitCode: EXIT.conflict,
    cure: 'The repository never gives a tag to another image: leave --tag out, and a new one is made.',
  },
  {
    pattern: /token has expired|ExpiredToken/i,
    code: 'LOGIN_EXPIRED',
    exitCode: EXIT.notPermitted,
    cure: 'Log in again (npx biot-plugin login): a login is good for 12 hours.',
  },
  {
    pattern: /no basic auth credentials/i,
    code: 'NOT_LOGGED_IN',
    exitCode: EXIT.notPermitted,
    cure: 'Log in first: npx biot-plugin login',
  },
  {
    pattern: /name unknown|NAME_UNKNOWN|repository .*(does not exist|not found)|RepositoryNotFoundException/i,
    code: 'NO_SUCH_REPOSITORY',
    exitCode: EXIT.failed,
    cure: 'Log in again (npx biot-plugin login): BioT then names the repository; or check --repository-uri.',
  },
  {
    pattern: /toomanyrequests|too many requests|rate exceeded|throttling|\b429\b/i,
    code: 'REGISTRY_BUSY',
    exitCode: EXIT.failed,
    cure: 'Wait a minute and run the command again: what was uploaded is not sent twice.',
  },
  {
    pattern: /denied|unauthorized|authentication required|forbidden|not authorized|\b40[13]\b/i,
    code: 'PUSH_REFUSED',
    exitCode: EXIT.notPermitted,
    cure: 'Log in again (npx biot-plugin login); if that does not help, this user may not push there.',
  },
  {
    pattern: /x509|certificate/i,
    code: 'REGISTRY_CERTIFICATE',
    exitCode: EXIT.failed,
    cure: 'Make the engine trust the certificate of your proxy, and name it in NODE_EXTRA_CA_CERTS.',
  },
  {
    pattern:
      /no such host|dial tcp|connection (refused|reset)|timeout|timed out|TLS handshake|unreachable|EOF|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|getaddrinfo|socket hang up|\b50[0234]\b|server misbehaving/i,
    code: 'REGISTRY_UNREACHABLE',
    exitCode: EXIT.failed,
    cure: 'Check the network and HTTPS_PROXY and run it again: what was uploaded is not sent twice.',
  },
];

const OTHER: Omit<Kind, 'pattern'> = {
  code: 'PUSH_FAILED',
  exitCode: EXIT.failed,
  cure: 'The output above says more. Running the command again is safe.',
};

/** `what` failed, and the registry, or docker about it, said `said`. */
export function toRegistryFailure(what: string, said: string): Failure {
  const { code, exitCode, cure } = KINDS.find(({ pattern }) => pattern.test(said)) ?? OTHER;
  return new Failure({ code, exitCode, message: `${what}: ${said}`, cure });
}

/** May a new login help? */
export const isRefusal = ({ code }: Failure): boolean =>
  ['LOGIN_EXPIRED', 'NOT_LOGGED_IN', 'PUSH_REFUSED'].includes(code);

/** May waiting help? Not where nobody answers at all. */
export const isPassing = ({ code, message }: Failure): boolean =>
  code === 'REGISTRY_BUSY' ||
  (code === 'REGISTRY_UNREACHABLE' && !/refused|no such host|ENOTFOUND/i.test(message));
