import type { PlanInput, PlanPart } from './change.ts';
import { compareItems } from './compareItems.ts';
import { objectOf } from './fieldsOf.ts';
import { findSetBy } from './findSetBy.ts';
import { isSameSet } from './isSame.ts';
import { corsDefaults } from './platformDefaults.ts';

type CorsList = keyof typeof corsDefaults;

const LISTS = Object.keys(corsDefaults) as CorsList[];

/** A list in the file, in BioT and in the last release. */
type Lists = { inFile: string[] | undefined; inBiot: string[]; inLast: string[] | undefined };

/** `list` is what BioT is to have. */
type ListPlan = Omit<PlanPart, 'config'> & { list: string[] };

export function planCors(input: PlanInput): PlanPart {
  if (!input.current) return planNew(input);
  const plans = LISTS.map((name) => [name, planList(input, name)] as const);
  const changes = plans.flatMap(([, plan]) => plan.changes);
  const cors = Object.fromEntries(plans.map(([name, { list }]) => [name, list]));
  return {
    changes,
    kept: plans.flatMap(([, plan]) => plan.kept),
    config: changes.length > 0 ? { cors } : {},
  };
}

function planNew({ file }: PlanInput): PlanPart {
  const lists = Object.entries(objectOf(file.cors));
  return {
    changes: lists.map(([name, to]) => ({ path: `cors.${name}`, action: 'add', to })),
    kept: [],
    config: lists.length > 0 ? { cors: file.cors } : {},
  };
}

function planList(input: PlanInput, name: CorsList): ListPlan {
  const lists = {
    inFile: toList(objectOf(input.file.cors)[name]),
    inBiot: toList(objectOf(input.current?.cors)[name]) ?? [...corsDefaults[name]],
    inLast: toList(input.last?.config.fields[`cors.${name}`]),
  };
  const isDefault = isSameSet(lists.inBiot, corsDefaults[name]);
  if (!lists.inFile) return isDefault ? unchanged(lists) : planUnnamed(input, name, lists);
  if (isSameSet(lists.inFile, lists.inBiot)) return unchanged(lists);
  // Nobody has set the platform's default: were it kept, `*` would stay beside every origin.
  return isDefault && !lists.inLast ? replaceDefault(name, lists) : planItems(input, name, lists);
}

const unchanged = ({ inBiot }: Lists): ListPlan => ({ changes: [], kept: [], list: inBiot });

/** Without it the plugin has the platform's default. */
function planUnnamed({ last, allowDeletes }: PlanInput, name: CorsList, { inBiot, inLast }: Lists): ListPlan {
  const path = `cors.${name}`;
  const to = [...corsDefaults[name]];
  const isAsReleased = inLast !== undefined && isSameSet(inLast, inBiot);
  const setBy = findSetBy(last?.config, path, { had: inLast, has: isAsReleased ? inLast : inBiot });
  if (!allowDeletes) return { changes: [], kept: [{ path, value: inBiot, setBy }], list: inBiot };
  const mark = setBy === 'elsewhere' ? { changedElsewhere: true as const } : {};
  return { changes: [{ path, action: 'remove', from: inBiot, to, ...mark }], kept: [], list: to };
}

function replaceDefault(name: CorsList, { inFile = [], inBiot }: Lists): ListPlan {
  const change = { path: `cors.${name}`, action: 'change', from: inBiot, to: inFile } as const;
  return { changes: [change], kept: [], list: inFile };
}

function planItems(
  { last, allowDeletes }: PlanInput,
  name: CorsList,
  { inFile = [], inBiot, inLast }: Lists,
): ListPlan {
  const pathOf = (item: string) => `cors.${name}[${item}]`;
  const { changes, kept, items } = compareItems<string>({
    file: toMap(inFile),
    current: toMap(inBiot),
    allowDeletes,
    pathOf,
    isSame: () => true,
    join: (item) => item,
    setBy: (item) =>
      findSetBy(last?.config, pathOf(item), {
        had: inLast?.includes(item) ?? false,
        has: inBiot.includes(item),
      }),
    show: () => ({}),
    showKept: () => ({}),
  });
  return { changes, kept, list: [...items.keys()] };
}

const toList = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.map(String) : undefined;

const toMap = (items: string[]): Map<string, string> => new Map(items.map((item) => [item, item]));
