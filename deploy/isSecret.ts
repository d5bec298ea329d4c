/** Words that tell wherever they stand in a name. */
const TELLING = /secret|token|passw(or)?d|passphrase|credential|private|apikey|bearer|connection_?string/;
/** Words that tell only when they stand by themselves: `KEY` does in API_KEY and does not in MONKEY. */
const TELLING_ALONE =
  /(?:^|_)(?:keys?|auth|authorization|certs?|certificate|dsn|pwd|pass|jwt|salt|signature|sig)(?:_|$)/;

const TELLING_VALUES = [
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/, // a JWT
  /-----BEGIN [A-Z ]+-----/, // PEM
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, // an AWS key id
  /^(?:basic|bearer) +\S/i, // an authorization header
  /:\/\/[^/\s:@]*:[^/\s@]+@/, // an address with a password in it
];

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Does a variable look as if its value must not be shown? For one's own and for those that BioT has. In doubt it does:
 * that only hides a value, and the other mistake shows one.
 */
export function isSecret(name: string, value: string): boolean {
  if (isTelling(name)) return true;
  if (TELLING_VALUES.some((pattern) => pattern.test(value))) return true;
  if (UUID.test(value)) return !/(?:^|_)ids?$/.test(toWords(name)); // ids of templates and the like are
  if (/^[\w+/-]+=*$/.test(value) && isRandom(value.replaceAll('/', ''))) return true; // base 64 has slashes too
  return hasSecretParameter(value) || value.split(/[^\w+-]+/).some(isRandom);
}

const isTelling = (name: string): boolean => TELLING.test(toWords(name)) || TELLING_ALONE.test(toWords(name));

/** `apiKey` and `api-key` as `api_key`. */
const toWords = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();

/** In `name=value` pairs, as in the query of an address. */
const hasSecretParameter = (value: string): boolean =>
  [...value.matchAll(/([\w-]+)=[^&;\s]/g)].some(([, name = '']) => isTelling(name));

const RANDOM_LENGTH = 20;
const CHANGES = 0.18; // of words with a number or two it is a tenth, of random hex and base 64 nearly a half

/** Digits and letters of both cases in no order: how often the next one is of another kind tells it from words. */
function isRandom(text: string): boolean {
  if (text.length < RANDOM_LENGTH) return false;
  const changes = text.match(/\d(?=[A-Za-z])|[A-Za-z](?=\d)|[a-z](?=[A-Z])/g)?.length ?? 0;
  return changes / (text.length - 1) > CHANGES;
}
