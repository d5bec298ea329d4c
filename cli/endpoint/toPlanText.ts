import { withoutQuery } from '../../deploy/endpoint/checkEndpoint.ts';
import type { EndpointChange, EndpointPlan } from '../../deploy/endpoint/planEndpoint.ts';
import { describeSubscription } from '../../deploy/subscriptions.ts';

/** A line for each hook: + subscribe, ~ another order, - unsubscribe, = as it is, ! of somebody else. */
export function toPlanText({ changes, unchanged, kept, moved }: EndpointPlan): string {
  const lines = [
    ...changes.map(toLine),
    ...unchanged.map((subscription) => `= ${describeSubscription(subscription)}`),
    ...kept.map(
      (subscription) =>
        `? ${describeSubscription(subscription)}: not in plugin.json, and stays (--allow-deletes removes it)`,
    ),
    ...moved.map(
      ({ subscription, to }) =>
        `! ${describeSubscription(subscription)} of ${withoutQuery(subscription.endpoint)}: BioT moves it from order ${subscription.executionOrder} to ${to}, as one of yours takes its place`,
    ),
  ];
  return lines.length > 0 ? lines.join('\n') : 'plugin.json names no subscriptions';
}

function toLine(change: EndpointChange): string {
  const what = describeSubscription(change.subscription);
  if (change.action === 'unsubscribe') return `- ${what}`;
  const order =
    change.subscription.kind === 'interception' ? `: order ${change.subscription.executionOrder}` : '';
  return change.action === 'reorder'
    ? `~ ${what}${order} instead of ${change.from ?? 'none'}`
    : `+ ${what}${order}`;
}
