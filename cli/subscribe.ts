import { checkCatalogue } from '../deploy/checkCatalogue.ts';
import { createDispatcherApi } from '../deploy/dispatcherApi.ts';
import { type EndpointPlan, planEndpoint } from '../deploy/endpoint/planEndpoint.ts';
import { toWantedSubscriptions } from '../deploy/endpoint/wantedSubscriptions.ts';
import { EXIT } from '../deploy/failure.ts';
import { readPluginFile } from '../deploy/pluginFile.ts';
import { applyChanges, readSubscriptions } from '../deploy/subscriptions.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { CommandOptions } from './commandSpec.ts';
import { ENDPOINT_OPTION, readEndpoint } from './endpoint/readEndpoint.ts';
import { toPlanText } from './endpoint/toPlanText.ts';
import { warnOfSilence } from './endpoint/warnOfSilence.ts';
import type { Output, Session } from './session.ts';

export function addSubscribe(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin subscribe --endpoint https://plugin.example.com/',
    options: [
      ENDPOINT_OPTION,
      ['--plan', 'show what would change, and send nothing'],
      ['--exit-code', 'with --plan: end with 10 when there is something to do'],
      [
        '--allow-deletes',
        'unsubscribe the endpoint from what plugin.json no longer names (default: it stays)',
      ],
    ],
    run: subscribe,
  });
}

async function subscribe(session: Session, _args: string[], options: CommandOptions): Promise<Output> {
  const endpoint = readEndpoint(session, options.endpoint);
  const biot = session.biot();
  const plan = await makePlan(session, biot, { endpoint, allowDeletes: Boolean(options.allowDeletes) });
  const isPending = plan.changes.length > 0;
  if (options.plan) {
    if (isPending) session.say('Next: npx biot-plugin subscribe with the same endpoint');
    return toOutput(plan, { endpoint, isPending: isPending && Boolean(options.exitCode) });
  }
  if (plan.moved.length > 0) session.say(toPlanText({ ...plan, changes: [], kept: [], unchanged: [] }));
  await warnOfSilence(endpoint, session);
  await applyChanges(createDispatcherApi(biot), plan.changes, session);
  session.say(
    isPending
      ? 'BioT calls the endpoint. Next: npx biot-plugin subscriptions'
      : 'Nothing to do: BioT calls the endpoint for all of it. Next: npx biot-plugin subscriptions',
  );
  return toOutput(plan, { endpoint, isPending: false });
}

type Wish = { endpoint: string; allowDeletes: boolean };

async function makePlan(
  session: Session,
  biot: ReturnType<Session['biot']>,
  { endpoint, allowDeletes }: Wish,
): Promise<EndpointPlan> {
  const file = await readPluginFile(session.projectRoot, session.environmentName);
  await checkCatalogue(biot, file, session.say);
  const { existing, apiIds } = await readSubscriptions(biot);
  const wanted = toWantedSubscriptions(file.subscriptions ?? {}, { endpoint, apiIds });
  return planEndpoint({ wanted, existing, endpoint, allowDeletes });
}

type Told = { endpoint: string; isPending: boolean };

const toOutput = (plan: EndpointPlan, { endpoint, isPending }: Told): Output => ({
  text: toPlanText(plan),
  json: { endpoint, ...plan },
  ...(isPending && { exitCode: EXIT.pending }),
});
