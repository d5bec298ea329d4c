/** An interception or a notification, as plugin.json and BioT write it. */
export type SubscriptionItem = Record<string, unknown>;

export type SubscriptionList = 'interceptions' | 'notifications';

export const subscriptionLists = ['interceptions', 'notifications'] as const;

// What tells one item of the list from another; all else about it can be changed.
const IDENTITY: Record<SubscriptionList, string[]> = {
  interceptions: ['type', 'apiId', 'entityTypeName'],
  notifications: ['entityTypeName', 'actionName', 'templateName'],
};

/** Items by what they are about, like `PRE_REQUEST POST/device/v1/devices`. Fields that are null are left out. */
export function toItems(list: SubscriptionList, items: unknown): Map<string, SubscriptionItem> {
  const present = (Array.isArray(items) ? items : []).map(withoutNulls);
  return new Map(present.map((item) => [keyOf(list, item), item]));
}

/** Like `{ order: 2 }`: what is not in the key. Undefined when that is nothing. */
export function restOf(list: SubscriptionList, item: SubscriptionItem): SubscriptionItem | undefined {
  const rest = Object.entries(item).filter(([field]) => !IDENTITY[list].includes(field));
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

/** An API is of one entity type: BioT may name it, and a file does not. */
const keyOf = (list: SubscriptionList, item: SubscriptionItem): string =>
  IDENTITY[list]
    .filter((field) => field !== 'entityTypeName' || item.apiId === undefined)
    .map((field) => item[field])
    .filter((value) => value !== undefined)
    .join(' ');

const withoutNulls = (item: object): SubscriptionItem =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null && value !== undefined));
