import { isSecret, personalKindOf, toNames, treatmentOf } from './recordFields.ts';
import type { Pseudonyms } from './recordPseudonyms.ts';

export type Recorded = {
  value: unknown;
  /** What was replaced: where it stands, and what stood there. */
  replaced: { path: string; before: string }[];
  /** Where a text stands of which nobody knows whether it is personal. */
  unknown: string[];
};

type Walk = Omit<Recorded, 'value'> & { pseudonyms: Pseudonyms };
type Place = { path: string; keys: string[] };

/** The value as it may be saved: without secrets, with pseudonyms for what is personal. */
export function recordValue(value: unknown, path: string, pseudonyms: Pseudonyms): Recorded {
  const walk: Walk = { pseudonyms, replaced: [], unknown: [] };
  const recorded = visit(walk, value, { path, keys: [] });
  return { value: recorded, replaced: walk.replaced, unknown: walk.unknown };
}

function visit(walk: Walk, value: unknown, place: Place): unknown {
  if (typeof value === 'string') return visitText(walk, value, place);
  if (typeof value === 'number') return visitNumber(walk, value, place);
  if (Array.isArray(value))
    return value.map((item, index) => visit(walk, item, { ...place, path: `${place.path}[${index}]` }));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([key, field]) => !isSecret(key, field));
  return Object.fromEntries(
    fields.map(([key, field]) => {
      const name = walk.pseudonyms.inText(key);
      return [name, visit(walk, field, { path: `${place.path}.${name}`, keys: [...place.keys, key] })];
    }),
  );
}

function visitText(walk: Walk, text: string, place: Place): unknown {
  const json = /^\s*[[{]/.test(text) ? parse(text) : undefined;
  if (json !== undefined) return JSON.stringify(visit(walk, json, place));
  const { pseudonyms } = walk;
  const treatment = treatmentOf(place.keys, text);
  if (treatment === 'keep') return text;
  const recorded = treat(pseudonyms, treatment, text);
  if (recorded !== text) walk.replaced.push({ path: place.path, before: text });
  if (treatment === 'unknown' && !isKnownByShape(pseudonyms, text)) walk.unknown.push(place.path);
  return recorded;
}

type ToDo = Exclude<ReturnType<typeof treatmentOf>, 'keep'>;

function treat(pseudonyms: Pseudonyms, treatment: ToDo, text: string): string {
  if (treatment === 'segments')
    return text
      .split('/')
      .map((part) => toSegment(pseudonyms, part))
      .join('/');
  if (treatment !== 'unknown') return pseudonyms.of(treatment, text);
  return DAY.test(text) ? pseudonyms.of('day', text) : pseudonyms.inText(text);
}

const DAY = /^\d{4}-\d\d-\d\d(T[\d:.]+\S*)?$/;

/** What is not an id is one of the API's own words. */
function toSegment(pseudonyms: Pseudonyms, part: string): string {
  return /^([a-z][a-z-]*|v\d+|[A-Z_]+|)$/.test(part) ? part : pseudonyms.of('code', part);
}

/** A list of addresses or UUIDs is known as a whole; text around one is not. */
const isKnownByShape = (pseudonyms: Pseudonyms, text: string): boolean =>
  DAY.test(text) || text.split(/[\s,;/]+/).every((part) => part === '' || pseudonyms.inText(part) !== part);

function visitNumber(walk: Walk, number: number, { path, keys }: Place): number {
  if (personalKindOf(toNames(keys)) !== 'code') return number;
  walk.replaced.push({ path, before: String(number) });
  return Number(walk.pseudonyms.of('code', String(number)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
