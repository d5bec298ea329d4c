import { type Fields, isFields, type Path, toName } from './joinFields.ts';
import type { Mistake } from './mistake.ts';

// What makes two of a list the same.
const LISTS = {
  interceptions: ['type', 'apiId', 'entityTypeName'],
  notifications: ['entityTypeName', 'actionName', 'templateName'],
};

/** Subscriptions that the file has twice: BioT would call the plugin twice for each event. */
export function findRepeated({ subscriptions }: Fields): Mistake[] {
  if (!isFields(subscriptions)) return [];
  return Object.entries(LISTS).flatMap(([name, keys]) => {
    const list = subscriptions[name];
    if (!Array.isArray(list)) return [];
    const told = list.map((item) => JSON.stringify(keys.map((key) => isFields(item) && item[key])));
    return told.flatMap((text, index) => {
      const first = told.indexOf(text);
      const at = (place: number): Path => ['subscriptions', name, place];
      return first < index ? [toMistake(at(index), at(first))] : [];
    });
  });
}

const toMistake = (path: Path, first: Path): Mistake => ({
  path,
  line: (file) => `"${toName(path)}" in ${file} is the same as "${toName(first)}"`,
});
