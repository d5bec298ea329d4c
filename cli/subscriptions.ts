import { createDispatcherApi, type Subscription } from '../deploy/dispatcherApi.ts';
import { withoutQuery } from '../deploy/endpoint/checkEndpoint.ts';
import { ofEndpoint } from '../deploy/endpoint/planEndpoint.ts';
import { describeSubscription } from '../deploy/subscriptions.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { toColumns } from './toColumns.ts';

export function addSubscriptions(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin subscriptions --endpoint https://plugin.example.com/',
    options: [['--endpoint <url>', 'only of this endpoint']],
    async run({ biot, say }, _args, { endpoint }) {
      const all = (await createDispatcherApi(biot()).list()).toSorted(byPlaceAndOrder);
      const rows = endpoint === undefined ? all : ofEndpoint(all, endpoint);
      if (rows.length === 0) say('Next: npx biot-plugin subscribe --endpoint URL');
      return { text: toText(rows), json: rows };
    },
  });
}

const orderOf = (subscription: Subscription): number =>
  subscription.kind === 'interception' ? (subscription.executionOrder ?? 0) : 0;

function byPlaceAndOrder(a: Subscription, b: Subscription): number {
  return a.kind.localeCompare(b.kind) || placeName(a).localeCompare(placeName(b)) || orderOf(a) - orderOf(b);
}

/** Without filters, which do not matter to the order. */
const placeName = (each: Subscription): string =>
  describeSubscription(each.kind === 'interception' ? { ...each, pathFilters: {} } : each);

function toText(rows: Subscription[]): string {
  if (rows.length === 0) return 'There are no subscriptions';
  const cells = rows.map((row) => {
    const [kind = '', ...target] = describeSubscription(row).split(' ');
    return [kind, target.join(' '), orderOf(row) ? String(orderOf(row)) : '', withoutQuery(row.endpoint)];
  });
  return toColumns([['HOOK', 'FOR', 'ORDER', 'ENDPOINT'], ...cells]);
}
