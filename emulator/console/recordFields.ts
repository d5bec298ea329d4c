import { REDACTED } from '../traces.ts';
import type { PersonalKind } from './recordPseudonyms.ts';

/** What is done with a text: left as it is, left but for ids between slashes, given a pseudonym, or not known. */
export type Treatment = 'keep' | 'segments' | PersonalKind | 'unknown';

const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Names as `toName` leaves them: small letters and digits. */
const SECRET =
  /^(authorization|proxyauthorization|setcookie2?|cookie|referer)$|jwt|token$|password|secret|apikey/;

/** The platform's own fields, and those that say how something is meant but not of whom. */
const TECHNICAL = words(`
  accept acceptencoding acceptlanguage actionname alg allowinterception apiid cachecontrol clientversion code color
  connection contentencoding contentlength contenttype countrycode currency dnt enabled enabledstate entityname
  entitytypename environment expect forwarded format gender hooktype host httpstatuscode ifnonematch keepalive kind
  language level locale loglevel method mimetype op operation operator order origin pragma priority prop pseudo role
  runtime schema secchua secchuamobile secchuaplatform secfetchdest secfetchmode secfetchsite secfetchuser servicename
  severity sort state status te templatename timezone tokentype traceid traceparent tracestate transferencoding type
  unit units upgradeinsecurerequests useragent version via xamzntraceid xforwardedhost xforwardedport xforwardedproto
  xrequestedwith`);

const OF_THE_PLATFORM = words('template organization ownerorganization');
const OPERATORS = words(
  'eq ne neq not gt gte lt lte in notin like notlike contains startswith endswith from to filter and or between',
);

const PERSONAL: [names: RegExp, kind: PersonalKind][] = [
  [/phone|mobile|fax$|^tel|telephone|whatsapp/, 'code'],
  [
    /nationalid|ssn|socialsecurity|passport|identity|idnumber|personalnumber|mrn|medicalrecord|insurance/,
    'code',
  ],
  [/^(zip|postal|postcode)|licen[cs]e|taxid|serialnumber/, 'code'],
  [/birth|^dob$|date$|^day$/, 'day'],
  [/name$|^name|surname|initials|nick|alias|^login$|mail/, 'words'],
  [
    /address|street|city|town|village|county|province|region|apartment|house|building|country|location/,
    'words',
  ],
  [
    /descri|comment|note|remark|reason|message|diagnos|text$|summary|label|caption|subject|title|search/,
    'words',
  ],
];

/** A time is when something happened, but for a person's birth. */
const TIME = /(time|timestamp|createdat|updatedat|expiration)$/;
const TIME_VALUE = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/;

const toName = (key: string): string => key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Nobody but a secret's owner may have it. */
export const isSecret = (key: string, value: unknown): boolean =>
  value === REDACTED || SECRET.test(toName(key));

/** The names of the fields around a value, from outside in, without those that only say how it is compared. */
export function toNames(keys: string[]): string[] {
  return keys
    .flatMap((key) => key.split('.'))
    .map(toName)
    .filter((name) => name !== '' && !/^\d+$/.test(name) && !OPERATORS.has(name));
}

/** What to do with a text that stands there. */
export function treatmentOf(keys: string[], value: string): Treatment {
  const names = toNames(keys);
  const name = names.at(-1) ?? '';
  const isOfPlatform = names.slice(-2).some((each) => OF_THE_PLATFORM.has(each));
  if (isKept(name, value) || isOfPlatform || /^(template|organization|ownerorganization)id$/.test(name))
    return 'keep';
  if (names.includes('pathvariables')) return name === 'value' ? 'segments' : 'keep';
  if (name === 'path' || /id$/.test(name)) return 'segments';
  return personalKindOf(names) ?? (/^\d{5,}$/.test(value) ? 'code' : 'unknown');
}

function isKept(name: string, value: string): boolean {
  const isShort = /^(-?\d{1,4}(\.\d+)?|true|false|)$/.test(value);
  return isShort || TECHNICAL.has(name) || (TIME.test(name) && TIME_VALUE.test(value));
}

/** By its own name, or by that of what it is a part of: the parts of an address are called all sorts of things. */
export function personalKindOf(names: string[]): PersonalKind | undefined {
  for (const name of names.slice(-2).reverse()) {
    const kind = PERSONAL.find(([pattern]) => pattern.test(name))?.[1];
    if (kind) return kind;
  }
  return undefined;
}
