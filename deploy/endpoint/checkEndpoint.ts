import { EXIT, Failure } from '../failure.ts';

export type EndpointAddress = {
  /** `--endpoint`, or BIOT_CLI_ENDPOINT. */
  endpoint: string | undefined;
  baseUrl: string | undefined;
};

/**
 * The address that BioT is to call, if it can. Only a BioT on this machine reaches this machine, and takes http.
 * @throws Failure MISSING_SETTING, INVALID_ENDPOINT
 */
export function checkEndpoint({ endpoint, baseUrl }: EndpointAddress): string {
  if (!endpoint) throw missing();
  const url = parse(endpoint);
  if (url.username || url.password)
    throw invalid('holds a user name or a password, which anybody could list');
  if (endpoint.includes('#')) throw invalid('has a part after #, which is never sent');
  if (isLocal(URL.parse(baseUrl ?? ''))) return endpoint;
  if (isLocal(url))
    throw invalid('is on this machine, and BioT is not', 'Give the address that BioT reaches.');
  if (url.protocol === 'http:')
    throw invalid('has no TLS: what BioT sends holds tokens and data of patients');
  return endpoint;
}

function parse(endpoint: string): URL {
  const url = URL.parse(endpoint);
  if (!url || !/^https?:\/\//i.test(endpoint)) throw invalid('is no address that begins with https://');
  if (UNWRITABLE.test(endpoint)) throw invalid('holds a space or a sign that no address has');
  return url;
}

/** A parser overlooks them, or takes them for others; who calls it may not. */
const UNWRITABLE = /[\s\\\p{Cc}\p{Cf}]/u;

/** The names in the query, if the address has one: a shell that cuts it off at & leaves no more than this behind. */
export const queryNamesOf = (endpoint: string): string[] => [...new URL(endpoint).searchParams.keys()];

/** For people to read: a query may hold a key. */
export function withoutQuery(endpoint: string): string {
  return endpoint.replace(/\?.*$/s, '?…');
}

const isLocal = (url: URL | null): boolean =>
  url !== null &&
  /^(localhost\.?|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f.*\]|.*\.localhost\.?)$/.test(url.hostname);

const missing = () =>
  new Failure({
    code: 'MISSING_SETTING',
    exitCode: EXIT.usage,
    message: 'Neither --endpoint nor BIOT_CLI_ENDPOINT is set: the address that BioT is to call',
    cure: 'Add --endpoint https://…, the address of your plugin’s server.',
  });

const invalid = (what: string, cure = 'Give an address like https://plugin.example.com/, in quotes.') =>
  new Failure({
    code: 'INVALID_ENDPOINT',
    exitCode: EXIT.usage,
    message: `The endpoint ${what}`,
    cure,
  });
