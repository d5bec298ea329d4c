import { toFailure } from '../toFailure.ts';
import { type Finding, ok, type Patient, problem } from './check.ts';

const PLUGINS = '/settings/v2/plugins';
/** What `connect` throws about who calls. */
const ABOUT_LOGIN = ['LOGIN_FAILED', 'TOKEN_REFUSED', 'MISSING_SETTING', 'TOKEN_NOT_VALID'];

type Page = { metadata?: { page?: { totalResults?: number } } };

/** The first call logs in. What else is wrong with it is the next check's. */
export async function checkLogin(patient: Patient): Promise<Finding> {
  const { token, username } = patient.settings;
  const failure = await search(patient).then(() => undefined, toFailure);
  if (failure && ABOUT_LOGIN.includes(failure.code)) return problem(failure.message, failure.cure);
  return ok(token ? 'BioT takes BIOT_CLI_TOKEN' : `BioT knows ${username}`);
}

export async function checkPermission(patient: Patient): Promise<Finding> {
  const { metadata } = await search(patient);
  const count = metadata?.page?.totalResults;
  return ok(`May see plugins${count === undefined ? '' : ` (${count})`}`);
}

const search = (patient: Patient): Promise<Page> => patient.biot().search(PLUGINS, { limit: 1 });
