import { createHmac, randomBytes } from 'node:crypto';

/** What stands for a personal value: what somebody reads, a number or code in its own pattern, a day. */
export type PersonalKind = 'words' | 'code' | 'day';

/**
 * Gives the same value the same pseudonym, whatever its case, and keeps its shape: an e-mail address stays one, a
 * UUID a UUID, a date a date. Which value it was can be told by nobody who has not the key.
 */
export type Pseudonyms = {
  of(kind: PersonalKind, value: string): string;
  /** By its shape alone, whatever its field is called: UUIDs, e-mail addresses, IP addresses. */
  inText(value: string): string;
};

const UUID = String.raw`\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b`;
const EMAIL = String.raw`[\p{L}\d._%+\-]+@[\p{L}\d\-]+(?:\.[\p{L}\d\-]+)+`;
const IPV4 = String.raw`(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])(?::\d{1,5}\b)?`;
const IPV6 = String.raw`(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::|[0-9a-f]{1,4}|:[0-9a-f]{1,4})+(?![\w:])`;
const SHAPE = new RegExp([UUID, EMAIL, IPV4, IPV6].join('|'), 'giu');
const SHAPE_OR_WORD = new RegExp([UUID, EMAIL, IPV4, IPV6, String.raw`[\p{L}\p{M}]+|\d+`].join('|'), 'giu');
const DAY = /\d{4}-\d\d-\d\d/;
const MAX_TRIES = 20;

/** `key` is kept nowhere: after this nobody can make the same pseudonyms again. */
export function createPseudonyms(key: Buffer = randomBytes(32)): Pseudonyms {
  const known = new Map<string, string>();
  const taken = new Set<string>();
  /** The same for the same value, another for another as far as there are so many. */
  const draw: Draw = (value, make) => {
    const normal = value.normalize('NFC').toLowerCase();
    const name = `${make.name} ${normal}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    let made = '';
    for (let round = 0; round < MAX_TRIES; round += 1) {
      made = make(createHmac('sha256', key).update(`${round} ${normal}`).digest(), normal);
      if (made !== normal && !taken.has(made)) break;
    }
    known.set(name, made);
    taken.add(made);
    return made;
  };
  return {
    inText: (value) => value.replaceAll(SHAPE, (found) => toPseudonym(found, draw)),
    of(kind, value) {
      const isShaped = value.search(SHAPE) >= 0;
      if (isShaped) return replaceWords(value, draw);
      if (kind === 'code') return fill(value, draw(value.replaceAll(/[^\p{L}\d]/gu, ''), toCode));
      if (kind === 'day' && DAY.test(value)) return toDayLike(value, draw);
      return replaceWords(value, draw);
    },
  };
}

type Make = (hash: Buffer, normal: string) => string;
type Draw = (value: string, make: Make) => string;

/** Word by word, so that a name within a longer text is the same as the name alone. */
const replaceWords = (value: string, draw: Draw): string =>
  value.replaceAll(SHAPE_OR_WORD, (found) => toPseudonym(found, draw));

function toPseudonym(found: string, draw: Draw): string {
  if (found.includes('@')) return toEmail(found, draw);
  if (/^[\p{L}\p{M}]+$/u.test(found)) return inCaseOf(found, draw(found, toWord));
  if (/^\d+$/.test(found)) return draw(found, toCode);
  if (found.includes('.')) return toAddress(found, draw);
  return draw(found, found.includes(':') ? toIpv6 : toUuid);
}

/** A port tells of nobody, nor does the machine's own address. */
function toAddress(found: string, draw: Draw): string {
  if (found.startsWith('127.')) return found;
  const [address = '', port] = found.split(':');
  return [draw(address, toIpv4), port].filter((part) => part !== undefined).join(':');
}

function toEmail(email: string, draw: Draw): string {
  const [local = '', domain = ''] = email.split('@');
  return `${replaceWords(local, draw)}@${draw(domain, toWord).slice(0, 12)}.example`;
}

function inCaseOf(word: string, pseudonym: string): string {
  if (word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase())
    return pseudonym.toUpperCase();
  const [first = ''] = word;
  return first === first.toLowerCase() ? pseudonym : (pseudonym[0]?.toUpperCase() ?? '') + pseudonym.slice(1);
}

/** A day long enough ago to be a grown-up's; of a time, midnight. */
function toDayLike(value: string, draw: Draw): string {
  const day = draw(value.slice(0, 10), toDay);
  return value.replace(DAY, day).replace(/T[\d:.]+/, (time) => time.replaceAll(/\d/g, '0'));
}

/** The characters of `code` in the places of the value's letters and digits, in their case. */
function fill(value: string, code: string): string {
  let at = 0;
  return value.replaceAll(/[\p{L}\d]/gu, (character) => {
    const next = code[at] ?? '0';
    at += 1;
    return character === character.toLowerCase() ? next : next.toUpperCase();
  });
}

const CONSONANTS = 'bdfgklmnprstvz';
const VOWELS = 'aeiou';

const pick = (letters: string, byte: number): string => letters[byte % letters.length] ?? '';

function toWord(hash: Buffer, normal: string): string {
  const letters = [...normal].map((_, index) =>
    pick(index % 2 ? VOWELS : CONSONANTS, hash[index % hash.length] ?? 0),
  );
  return letters.join('');
}

function toCode(hash: Buffer, normal: string): string {
  const characters = [...normal].map((character, index) => {
    const byte = hash[index % hash.length] ?? 0;
    if (!/\d/.test(character)) return pick(CONSONANTS + VOWELS, byte);
    return index === 0 && character !== '0' ? pick('123456789', byte) : pick('0123456789', byte);
  });
  return characters.join('');
}

function toUuid(hash: Buffer): string {
  const hex = hash.toString('hex');
  const variant = pick('89ab', hash[8] ?? 0);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const DAYS_FROM = Date.UTC(1930, 0, 1);
const DAYS = 27_000;
const DAY_MS = 24 * 60 * 60 * 1000;

const toDay = (hash: Buffer): string =>
  new Date(DAYS_FROM + (hash.readUInt32BE(0) % DAYS) * DAY_MS).toISOString().slice(0, 10);

const toIpv4 = (hash: Buffer): string => `10.${hash[0]}.${hash[1]}.${hash[2]}`;

const toIpv6 = (hash: Buffer): string => `fd00::${hash.toString('hex', 0, 2)}:${hash.toString('hex', 2, 4)}`;
