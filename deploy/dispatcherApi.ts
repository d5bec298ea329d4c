import { type BiotClient, toBiotFailure } from '../src/runtime/biot.ts';
import type { SearchPage } from '../src/runtime/readPages.ts';

const KINDS = ['interception', 'notification'] as const;
const PAGE_SIZE = 100;

export type InterceptionType = 'PRE_REQUEST' | 'POST_REQUEST' | 'ADAPT_ENTITY';

/** Calls that BioT asks an endpoint about. */
export type Interception = {
  kind: 'interception';
  endpoint: string;
  type: InterceptionType;
  /** Of PRE_REQUEST and POST_REQUEST. */
  apiId?: string;
  /** Of ADAPT_ENTITY. */
  entityName?: string;
  /** Only calls with these values in their path. */
  pathFilters?: Record<string, string>;
  executionOrder?: number;
};

/** What BioT tells an endpoint of. */
export type Notification = {
  kind: 'notification';
  endpoint: string;
  entityTypeName: string;
  actionName: string;
  /** Absent for all templates. */
  templateName?: string;
};

export type Subscription = Interception | Notification;

/** All throw PluginError CALL_TO_API_FAILED; `toBiotFailure` tells what BioT said. */
export type DispatcherApi = {
  /** One that is there already gets the order. */
  subscribe(subscription: Subscription): Promise<void>;
  /** One that is not there is no failure. */
  unsubscribe(subscription: Subscription): Promise<void>;
  /** Of all endpoints, those of deployed plugins too. */
  list(): Promise<Subscription[]>;
};

export function createDispatcherApi(biot: BiotClient): DispatcherApi {
  const post = async ({ kind, ...body }: Subscription, what: string, harmless: number) => {
    await biot.post(`${pathOf(kind)}/${what}`, body).catch((error) => {
      if (toBiotFailure(error)?.status !== harmless) throw error;
    });
  };
  return {
    subscribe: (subscription) => post(subscription, 'subscribe', 409),
    async unsubscribe(subscription) {
      const { executionOrder: _order, ...named } = subscription as Interception;
      await post(named, 'unsubscribe', 404);
    },
    list: async () => (await Promise.all(KINDS.map((kind) => listAll(biot, kind)))).flat(),
  };
}

const pathOf = (kind: Subscription['kind']): string => `/dispatcher/v1/hooks/${kind}s`;

type Row = Record<string, unknown>;

/** Page by page. That BioT cuts this answer into pages is not published, so what came before ends it as well. */
async function listAll(biot: BiotClient, kind: Subscription['kind']): Promise<Subscription[]> {
  const found = new Map<string, Subscription>();
  for (let page = 0; ; page += 1) {
    const answer = await biot.search<Row>(pathOf(kind), { limit: PAGE_SIZE, page });
    const before = found.size;
    for (const row of answer.data) found.set(JSON.stringify(row.id ?? row), toSubscription(kind, row));
    if (found.size === before || isLast(answer, page)) return [...found.values()];
  }
}

function isLast({ data, metadata }: SearchPage<Row>, page: number): boolean {
  const total = metadata?.page?.totalResults;
  return total === undefined ? data.length < PAGE_SIZE : total <= (page + 1) * PAGE_SIZE;
}

const FIELDS = {
  interception: ['endpoint', 'type', 'apiId', 'entityName', 'pathFilters', 'executionOrder'],
  notification: ['endpoint', 'entityTypeName', 'actionName', 'templateName'],
};

/** What is null is as if it were absent. */
function toSubscription(kind: Subscription['kind'], row: Row): Subscription {
  const fields = FIELDS[kind].map((name) => [name, row[name] ?? undefined]);
  return Object.fromEntries([['kind', kind], ...fields.filter(([, value]) => value !== undefined)]);
}
