import { isPersonalNumber, isSecret, treatmentOf } from './recordFields.ts';
import type { Pseudonyms } from './recordPseudonyms.ts';

export type Recorded = {
  value: unknown;
  /** What was replaced: where it stands, and what stood there. */
  replaced: { path: string; before: string }[];
  /** Where a text stands of which nobody knows whether it is personal. */
  unknown: string[];
};

/** `ids` are those of the path, which look like the API's own words when they are words. */
type Walk = Omit<Recorded, 'value'> & { pseudonyms: Pseudonyms; ids: Set<string> };
type Place = { path: string; keys: string[] };

/** The value as it may be saved: without secrets, with pseudonyms for what is personal. */
export function recordValue(value: unknown, path: string, pseudonyms: Pseudonyms): Recorded {
  const walk: Walk = { pseudonyms, replaced: [], unknown: [], ids: new Set() };
  const recorded = visit(walk, value, { path, keys: [] });
  return { value: recorded, replaced: walk.replaced, unknown: walk.unknown };
}

function visit(walk: Walk, value: unknown, place: Place): unknown {
  if (typeof value === 'string') return visitText(walk, value, place);
  if (typeof value === 'number') return visitNumber(walk, value, place);
  if (Array.isArray(value))
    return value.map((item, index) => visit(walk, item, { ...place, path: `${place.path}[${index}]` }));
  if (typeof value !== 'object' || value === null) return value;
  for (const id of pathIdsOf(value)) walk.ids.add(id);
  const fields = Object.entries(value).filter(([key, field]) => !isSecret(key, field));
  return Object.fromEntries(
    fields.map(([key, field]) => {
      const name = toKey(walk.pseudonyms, key);
      return [name, visit(walk, field, { path: `${place.path}.${name}`, keys: [...place.keys, key] })];
    }),
  );
}

function pathIdsOf(value: object): string[] {
  const { pathVariables } = value as { pathVariables?: { name?: unknown; value?: unknown }[] };
  if (!Array.isArray(pathVariables)) return [];
  const ofIds = pathVariables.filter((variable) => /id$/i.test(String(variable?.name)));
  return ofIds.map((variable) => String(variable.value));
}

/** The name of a field is a word; what is a sentence or a number may be somebody's. */
function toKey(pseudonyms: Pseudonyms, key: string): string {
  return /\s|\d{5}/.test(key) ? pseudonyms.of('words', key) : pseudonyms.inText(key);
}

function visitText(walk: Walk, text: string, place: Place): unknown {
  const json = /^\s*[[{]/.test(text) ? parse(text) : undefined;
  if (json !== undefined) return JSON.stringify(visit(walk, json, place));
  const { pseudonyms } = walk;
  const treatment = treatmentOf(place.keys, text);
  if (treatment === 'keep') return text;
  const recorded = treat(walk, treatment, text);
  if (recorded !== text) walk.replaced.push({ path: place.path, before: text });
  if (treatment === 'unknown' && !isKnownByShape(pseudonyms, text)) walk.unknown.push(place.path);
  return recorded;
}

type ToDo = Exclude<ReturnType<typeof treatmentOf>, 'keep'>;

function treat({ pseudonyms, ids }: Walk, treatment: ToDo, text: string): string {
  if (treatment === 'segments' || treatment === 'id') {
    const isId = (part: string) => treatment === 'id' || ids.has(part) || !API_WORD.test(part);
    const parts = text.split('/');
    return parts.map((part) => (isId(part) ? pseudonyms.of('code', part) : part)).join('/');
  }
  if (treatment !== 'unknown') return pseudonyms.of(treatment, text);
  return DAY.test(text) ? pseudonyms.of('day', text) : pseudonyms.inText(text);
}

const API_WORD = /^([a-z][a-z-]*|v\d+|[A-Z_]+|)$/;
const DAY = /^\d{4}-\d\d-\d\d(T[\d:.]+\S*)?$/;

/** A list of addresses or UUIDs is known as a whole; text around one is not. */
const isKnownByShape = (pseudonyms: Pseudonyms, text: string): boolean =>
  DAY.test(text) || text.split(/[\s,;/]+/).every((part) => part === '' || pseudonyms.inText(part) !== part);

function visitNumber(walk: Walk, number: number, { path, keys }: Place): number {
  if (!isPersonalNumber(keys, number)) return number;
  walk.replaced.push({ path, before: String(number) });
  return Number(walk.pseudonyms.of('code', String(number))) || 0; // 1e-7 has a letter
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
