import type { Subscription } from '../deploy/dispatcherApi.ts';
import { createDispatcherApi } from '../deploy/dispatcherApi.ts';
import { withoutQuery } from '../deploy/endpoint/checkEndpoint.ts';
import { ofEndpoint } from '../deploy/endpoint/planEndpoint.ts';
import { identityOf, toWantedSubscriptions } from '../deploy/endpoint/wantedSubscriptions.ts';
import { EXIT, Failure } from '../deploy/failure.ts';
import { readPluginFile } from '../deploy/pluginFile.ts';
import { applyChanges, describeSubscription, readSubscriptions } from '../deploy/subscriptions.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { CommandOptions } from './commandSpec.ts';
import { ENDPOINT_OPTION, readEndpoint } from './endpoint/readEndpoint.ts';
import { askYesNo, isInteractive } from './prompt.ts';
import type { Output, Session } from './session.ts';

export function addUnsubscribe(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin unsubscribe --endpoint https://plugin.example.com/ --yes',
    options: [ENDPOINT_OPTION, ['--all', 'also from what plugin.json does not name']],
    run: unsubscribe,
  });
}

async function unsubscribe(session: Session, _args: string[], options: CommandOptions): Promise<Output> {
  const endpoint = readEndpoint(session, options.endpoint);
  const biot = session.biot();
  const { existing, apiIds } = await readSubscriptions(biot);
  const all = ofEndpoint(existing, endpoint);
  const removed = options.all ? all : await onlyNamed(session, all, { endpoint, apiIds });
  const kept = all.filter((each) => !removed.includes(each));

  if (removed.length > 0 && !session.isAgreed) await confirm(removed, endpoint);
  const changes = removed.map((subscription) => ({ action: 'unsubscribe', subscription }) as const);
  await applyChanges(createDispatcherApi(biot), changes, session);
  if (kept.length > 0) session.say(`${kept.length} of the endpoint stay: plugin.json does not name them.`);
  session.say('Next: npx biot-plugin subscriptions');
  const lines = removed.map((each) => `- ${describeSubscription(each)}`);
  return {
    text: lines.join('\n') || 'Nothing to do: the endpoint is not subscribed',
    json: { endpoint, removed, kept },
  };
}

type At = { endpoint: string; apiIds: string[] };

async function onlyNamed(session: Session, all: Subscription[], at: At): Promise<Subscription[]> {
  const { subscriptions = {} } = await readPluginFile(session.projectRoot, session.environmentName);
  const wanted = toWantedSubscriptions(subscriptions, at);
  const names = new Set(wanted.map(identityOf));
  return all.filter((each) => names.has(identityOf(each)));
}

async function confirm(removed: Subscription[], endpoint: string): Promise<void> {
  const what = removed.map(describeSubscription).join(', ');
  if (isInteractive() && (await askYesNo(`Unsubscribe ${withoutQuery(endpoint)} from ${what}?`))) return;
  throw new Failure({
    code: 'NOT_CONFIRMED',
    exitCode: EXIT.usage,
    message: `Nothing was unsubscribed: it was not confirmed for ${what}`,
    cure: 'Answer y on a terminal, or pass --yes.',
  });
}
