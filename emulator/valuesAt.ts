import type { Entity } from './state.ts';

// What a search calls by a name of its own.
const ALIASES: Record<string, string> = { _templateId: '_template.id', _templateName: '_template.name' };

/** Looks up a dotted name like `_name.firstName`: one value, or those of all elements where a list is on the way. */
export function valuesAt(field: string): (entity: Entity) => unknown[] {
  const path = (Object.hasOwn(ALIASES, field) ? ALIASES[field] : field) ?? field;
  const parts = path.split('.');
  return (entity) => {
    let values: unknown[] = [entity];
    for (const part of parts) values = values.flatMap((value) => read(value, part));
    return values;
  };
}

function read(value: unknown, part: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
  return (value as Entity)[part];
}
