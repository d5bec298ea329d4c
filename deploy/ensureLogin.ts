import { readAuth } from './dockerConfig.ts';
import { EXIT, Failure } from './failure.ts';
import { type LoginOptions, loginWithoutDocker } from './login.ts';
import { makeStateDirectory, type Repository, readRepository } from './stateDirectory.ts';
import type { TempCredentials } from './tempCredentials.ts';

/** A push that begins may take long. */
const MARGIN_MS = 30 * 60_000;

export type EnsureLoginOptions = LoginOptions & {
  /** From BioT. Absent when the settings do not say how to call it. */
  fetchCredentials?: (() => Promise<TempCredentials>) | undefined;
};

/**
 * The repository of the BioT that the settings name, with a login to it that is good for a while yet: the one that is
 * remembered, or a new one. `isRefused`: the one that is remembered will not do. @throws Failure
 */
export async function ensureLogin(
  options: EnsureLoginOptions,
  { isRefused = false } = {},
): Promise<Repository> {
  const { fetchCredentials } = options;
  const stateDirectory = await makeStateDirectory(options.stateDirectory);
  const remembered = await readRepository(stateDirectory);
  const objection = isRefused ? refused() : await findObjection(remembered, options);
  if (remembered && !objection) return remembered;
  if (!fetchCredentials) throw objection ?? notLoggedIn();
  return loginWithoutDocker(fetchCredentials, options);
}

async function findObjection(
  remembered: Repository | undefined,
  { stateDirectory, baseUrl }: EnsureLoginOptions,
): Promise<Failure | undefined> {
  if (!remembered) return notLoggedIn();
  const [host = ''] = remembered.repositoryUri.split('/');
  if (!(await readAuth(stateDirectory, host))) return notLoggedIn();
  if (baseUrl && remembered.baseUrl && remembered.baseUrl !== baseUrl)
    return otherBiot(remembered.baseUrl, baseUrl);
  // A login of before 0.3 does not say how long it is good for.
  const end = remembered.expiresAt ? Date.parse(remembered.expiresAt) : 0;
  return end - MARGIN_MS <= Date.now() ? expired(remembered) : undefined;
}

export const notLoggedIn = () =>
  new Failure({
    code: 'NO_REPOSITORY',
    exitCode: EXIT.usage,
    message: 'It is not known where to push to',
    cure: 'Log in first (npx biot-plugin login), or pass --repository-uri.',
  });

const expired = ({ loggedInAt }: Repository) =>
  new Failure({
    code: 'LOGIN_EXPIRED',
    exitCode: EXIT.notPermitted,
    message: `The login of ${loggedInAt} is over, or nearly: it is good for 12 hours`,
    cure: 'Log in again with new credentials (npx biot-plugin login), or set BIOT_CLI_… so that it happens by itself.',
  });

const otherBiot = (loggedIn: string, wanted: string) =>
  new Failure({
    code: 'OTHER_BIOT',
    exitCode: EXIT.usage,
    message: `Docker is logged in for ${loggedIn}, and BIOT_CLI_BASE_URL is ${wanted}`,
    cure: 'Log in again (npx biot-plugin login); with --env NAME each BioT has a login of its own.',
  });

const refused = () =>
  new Failure({
    code: 'LOGIN_REFUSED',
    exitCode: EXIT.notPermitted,
    message: 'The registry refuses the login that is remembered',
    cure: 'Log in again with new credentials: npx biot-plugin login',
  });
