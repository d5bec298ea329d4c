import type { Change, Kept, SetBy } from './change.ts';

/** A list or a map of named things, in the file and in BioT. */
export type ItemComparison<Item> = {
  file: ReadonlyMap<string, Item>;
  current: ReadonlyMap<string, Item>;
  allowDeletes: boolean;
  pathOf(key: string): string;
  /** Has BioT all that the file says of it? */
  isSame(inFile: Item, inBiot: Item): boolean;
  /** The file's over BioT's. */
  join(inFile: Item, inBiot: Item): Item;
  /** By whom BioT has it as it has it, or has it not. */
  setBy(key: string): SetBy;
  /** What may be shown of a change. */
  show(key: string, values: { from?: Item; to?: Item }): Pick<Change, 'from' | 'to' | 'isSecret'>;
  /** What may be shown of what is kept. */
  showKept(item: Item): Pick<Kept, 'value'>;
};

/** `items` is what BioT is to have: the file's, and what only BioT has unless that may go. */
export type ComparedItems<Item> = { changes: Change[]; kept: Kept[]; items: Map<string, Item> };

export function compareItems<Item>(comparison: ItemComparison<Item>): ComparedItems<Item> {
  const { file, current, allowDeletes, pathOf, join, setBy, showKept } = comparison;
  const joined = [...file].map(([key, item]) => {
    const there = current.get(key);
    return [key, there === undefined ? item : join(item, there)] as const;
  });
  const unnamed = [...current].filter(([key]) => !file.has(key));
  const stays = allowDeletes ? [] : unnamed;
  return {
    changes: [
      ...joined.flatMap(([key, to]) => compareItem(comparison, key, to)),
      ...(allowDeletes ? unnamed : []).map(([key, from]) => toChange(comparison, key, { from })),
    ],
    kept: stays.map(([key, item]) => ({ path: pathOf(key), ...showKept(item), setBy: setBy(key) })),
    items: new Map([...joined, ...stays]),
  };
}

function compareItem<Item>(comparison: ItemComparison<Item>, key: string, to: Item): Change[] {
  const from = comparison.current.get(key);
  if (from === undefined) return [toChange(comparison, key, { to })];
  const inFile = comparison.file.get(key) ?? to;
  return comparison.isSame(inFile, from) ? [] : [toChange(comparison, key, { from, to })];
}

function toChange<Item>(
  { pathOf, setBy, show }: ItemComparison<Item>,
  key: string,
  values: { from?: Item; to?: Item },
): Change {
  return {
    path: pathOf(key),
    action: actionOf(values),
    ...show(key, values),
    ...(setBy(key) === 'elsewhere' && { changedElsewhere: true }),
  };
}

function actionOf({ from, to }: { from?: unknown; to?: unknown }): Change['action'] {
  if (from === undefined) return 'add';
  return to === undefined ? 'remove' : 'change';
}
