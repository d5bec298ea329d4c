import { REDACTED } from '../withoutTokens.ts';
import type { PersonalKind } from './recordPseudonyms.ts';

/** What is done with a text: left as it is, left but for ids between slashes, given a pseudonym, or not known. */
export type Treatment = 'keep' | 'segments' | 'id' | PersonalKind | 'unknown';

const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Names as `toName` leaves them: small letters and digits. */
const SECRET =
  /^(setcookie2?|cookie|referer|pin|pincode|otp)$|authorization$|credential|jwt|token$|password|secret|apikey/;

/** The platform's own fields. */
const TECHNICAL = words(`
  accept acceptencoding acceptlanguage actionname alg allowinterception apiid cachecontrol clientversion connection
  contentencoding contentlength contenttype dnt entityname entitytypename environment expect hooktype host
  httpstatuscode ifnonematch keepalive loglevel method mimetype origin pragma pseudo schema secchua secchuamobile
  secchuaplatform secfetchdest secfetchmode secfetchsite secfetchuser servicename te templatename timezone tokentype
  traceid traceparent tracestate transferencoding unit units upgradeinsecurerequests useragent version via
  xamzntraceid xforwardedhost xforwardedport xforwardedproto xrequestedwith`);

/** Fields that say how something is meant but not of whom, as long as they hold one word. */
const TERMS = words(`
  code color countrycode currency enabled enabledstate format gender kind language level locale op operation operator
  order priority prop role runtime severity sort state status type`);
const TERM = /^(?!.*\d{5})[^\s@]+$/;

/** What EventBridge says in each scheduled event, as long as it says just that. */
const OF_A_SCHEDULE = new Map([
  ['detailtype', /^Scheduled Event$/],
  ['source', /^aws\.events$/],
  ['account', /^0{12}$/],
  ['region', /^[a-z]{2}(-[a-z]+)+-\d$/],
  ['resources', /^arn:aws:events:[a-z\d-]+:0{12}:rule\/[\w.-]+$/],
]);

const OF_THE_PLATFORM = words('template organization ownerorganization');
const OF_A_REFERENCE = words('id name displayname template organization ownerorganization');
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
  [/^(lat|lng|lon|long|geo|gps)|latitude|longitude|coordinate/, 'code'],
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
  if (isKept(name, value) || isOfPlatform(names)) return 'keep';
  if (names.includes('pathvariables')) return name === 'value' ? 'segments' : 'keep';
  if (name === 'path') return 'segments';
  if (/id$/.test(name)) return 'id';
  return personalKindOf(names) ?? (/^\d{5,}$/.test(value) ? 'code' : 'unknown');
}

function isKept(name: string, value: string): boolean {
  const isShort = /^(-?\d{1,4}(\.\d{1,3})?|true|false|)$/.test(value);
  if (isShort || TECHNICAL.has(name) || OF_A_SCHEDULE.get(name)?.test(value)) return true;
  return (TERMS.has(name) && TERM.test(value)) || (TIME.test(name) && TIME_VALUE.test(value));
}

/** A template or an organization, by whichever of its names. */
function isOfPlatform(names: string[]): boolean {
  const name = names.at(-1) ?? '';
  if (/^(template|organization|ownerorganization)id$/.test(name)) return true;
  return OF_A_REFERENCE.has(name) && names.slice(-2).some((each) => OF_THE_PLATFORM.has(each));
}

/** Numbers that may say who somebody is: by their name, or as long as a national id is. */
export function isPersonalNumber(keys: string[], value: number): boolean {
  const names = toNames(keys);
  const kind = personalKindOf(names);
  if (kind === 'code' || kind === 'day') return true;
  return Number.isSafeInteger(value) && Math.abs(value) >= NATIONAL_ID && !TIME.test(names.at(-1) ?? '');
}

const NATIONAL_ID = 1_000_000;

/** By its own name, or by that of what it is a part of: the parts of an address are called all sorts of things. */
export function personalKindOf(names: string[]): PersonalKind | undefined {
  for (const name of names.slice(-2).reverse()) {
    const kind = PERSONAL.find(([pattern]) => pattern.test(name))?.[1];
    if (kind) return kind;
  }
  return undefined;
}
