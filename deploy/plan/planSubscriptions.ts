import type { Change, PlanInput, PlanPart } from './change.ts';
import { type ComparedItems, compareItems } from './compareItems.ts';
import { objectOf } from './fieldsOf.ts';
import { findSetBy } from './findSetBy.ts';
import { isSame } from './isSame.ts';
import { DEFAULT_INTERCEPTION_ORDER } from './platformDefaults.ts';
import {
  restOf,
  type SubscriptionItem,
  type SubscriptionList,
  subscriptionLists,
  toItems,
} from './subscriptionItems.ts';

const ORDER_PATH = 'subscriptions.interceptionOrder';

/** PATCH replaces each list, so what is sent has those items too that only BioT has. */
export function planSubscriptions(input: PlanInput): PlanPart {
  const order = planOrder(input);
  const [interceptions, notifications] = subscriptionLists.map((list) => planList(input, list)) as [
    ComparedItems<SubscriptionItem>,
    ComparedItems<SubscriptionItem>,
  ];
  const changes = [...order.changes, ...interceptions.changes, ...notifications.changes];
  const subscriptions = {
    interceptionOrder: order.value,
    interceptions: [...interceptions.items.values()],
    notifications: [...notifications.items.values()],
  };
  return {
    changes,
    kept: [...interceptions.kept, ...notifications.kept],
    // All three even when one of them changes: BioT's text calls them optional and its schema required.
    config: changes.length > 0 ? { subscriptions } : {},
  };
}

function planOrder({ file, current, last }: PlanInput): { value: unknown; changes: Change[] } {
  const inFile = objectOf(file.subscriptions).interceptionOrder;
  const inBiot = current && (objectOf(current.subscriptions).interceptionOrder ?? DEFAULT_INTERCEPTION_ORDER);
  if (inFile === undefined || isSame(inFile, inBiot))
    return { value: inFile ?? inBiot ?? DEFAULT_INTERCEPTION_ORDER, changes: [] };

  const had = last?.config.fields[ORDER_PATH];
  const isElsewhere = had !== undefined && !isSame(had, inBiot);
  const change: Change = {
    path: ORDER_PATH,
    ...(current ? { action: 'change', from: inBiot, to: inFile } : { action: 'add', to: inFile }),
    ...(isElsewhere && { changedElsewhere: true }),
  };
  return { value: inFile, changes: [change] };
}

function planList(
  { file, current, last, allowDeletes }: PlanInput,
  list: SubscriptionList,
): ComparedItems<SubscriptionItem> {
  const inBiot = toItems(list, objectOf(current?.subscriptions)[list]);
  const inLast = toItems(list, last?.config.fields[`subscriptions.${list}`]);
  const pathOf = (key: string) => `subscriptions.${list}[${key}]`;

  return compareItems<SubscriptionItem>({
    file: toItems(list, objectOf(file.subscriptions)[list]),
    current: inBiot,
    allowDeletes,
    pathOf,
    isSame: hasAllOf,
    join: (inFile, there) => ({ ...there, ...inFile }),
    setBy: (key) => {
      const [had, has] = [inLast.get(key), inBiot.get(key)];
      const isAsReleased = had !== undefined && has !== undefined && hasAllOf(had, has);
      return findSetBy(last?.config, pathOf(key), { had, has: isAsReleased ? had : has });
    },
    show: (_key, { from, to }) => ({
      ...withRest('from', from && restOf(list, from)),
      ...withRest('to', to && restOf(list, to)),
    }),
    showKept: (item) => withRest('value', restOf(list, item)),
  });
}

/** Only what the one names counts. */
const hasAllOf = (named: SubscriptionItem, there: SubscriptionItem): boolean =>
  Object.entries(named).every(([field, value]) => isSame(value, there[field]));

const withRest = (name: 'from' | 'to' | 'value', rest: SubscriptionItem | undefined) =>
  rest ? { [name]: rest } : {};
