import { type BiotClient, toBiotFailure } from '../src/runtime/biot.ts';
import { readInterceptions } from './catalogue.ts';
import { createDispatcherApi, type DispatcherApi, type Subscription } from './dispatcherApi.ts';
import { toNamedApi } from './endpoint/interceptedApi.ts';
import { type EndpointChange, withPathFilters } from './endpoint/planEndpoint.ts';
import { Failure } from './failure.ts';
import type { Steps } from './steps.ts';
import { toFailure } from './toFailure.ts';

/** What is subscribed now, of all endpoints, and the APIs that can be intercepted. */
export type Subscribed = { existing: Subscription[]; apiIds: string[] };

export async function readSubscriptions(biot: BiotClient): Promise<Subscribed> {
  const [listed, apiIds] = await Promise.all([createDispatcherApi(biot).list(), readApiIds(biot)]);
  return { existing: listed.map((each) => withPathFilters(each, apiIds)), apiIds };
}

/** None where this BioT does not show them: what plugin.json names is then sent as it stands there. */
async function readApiIds(biot: BiotClient): Promise<string[]> {
  const rows = await readInterceptions(biot).catch((error) => {
    if (![403, 404].includes(toBiotFailure(error)?.status ?? 0)) throw error;
    return [];
  });
  return rows.flatMap(({ apiId }) => apiId ?? []);
}

export type ApplyOptions = { steps: Steps; signal: AbortSignal };

/** Makes the changes one by one. @throws Failure that tells which were made; done again, it makes the others. */
export async function applyChanges(
  api: DispatcherApi,
  changes: EndpointChange[],
  { steps, signal }: ApplyOptions,
): Promise<void> {
  for (const [made, change] of changes.entries()) {
    const ifInterrupted = `${made} of ${changes.length} changes were made for certain. Run the same command again: it makes the others.`;
    await steps
      .run({ title: titleOf(change), ifInterrupted }, async () => {
        signal.throwIfAborted();
        await (change.action === 'unsubscribe'
          ? api.unsubscribe(change.subscription)
          : api.subscribe(change.subscription));
      })
      .catch((error) => {
        throw made === 0 ? error : incomplete(error, changes, made);
      });
  }
}

const TITLES = { subscribe: 'Subscribing', reorder: 'Setting the order of', unsubscribe: 'Unsubscribing' };

const titleOf = ({ action, subscription }: EndpointChange): string =>
  `${TITLES[action]} ${describeSubscription(subscription)}`;

/** What BioT calls an endpoint for, as plugin.json names it. */
export function describeSubscription(subscription: Subscription): string {
  if (subscription.kind === 'notification') {
    const { entityTypeName, actionName, templateName } = subscription;
    return `NOTIFICATION ${entityTypeName} ${actionName}${templateName ? ` (templateName=${templateName})` : ''}`;
  }
  const { type, apiId, entityName = '', pathFilters = {} } = subscription;
  return `${type} ${toNamedApi({ apiId: apiId ?? entityName, pathFilters })}`;
}

function incomplete(error: unknown, changes: EndpointChange[], made: number): Failure {
  const { message, cure, exitCode } = toFailure(error);
  const tell = (some: EndpointChange[]) => some.map(titleOf).join('; ');
  const left = `Done: ${tell(changes.slice(0, made))}. Not done: ${tell(changes.slice(made))}`;
  return new Failure(
    {
      code: 'SUBSCRIPTIONS_INCOMPLETE',
      exitCode,
      message: `${message} (${made} of ${changes.length} changes were made). ${left}`,
      cure: `${cure} Then the same command again makes the changes that are left.`,
    },
    { cause: error },
  );
}
