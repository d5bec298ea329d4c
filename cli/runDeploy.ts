import type { Deployment } from '../deploy/deploy.ts';
import { EXIT, Failure } from '../deploy/failure.ts';
import type { DeployOptions } from '../deploy/prepare.ts';
import { toText } from './plan/toText.ts';
import { askYesNo, isInteractive } from './prompt.ts';
import type { Output, Session } from './session.ts';
import { toPlace } from './toPlace.ts';
import { toPluginOutput } from './toPluginOutput.ts';

/** What `create`, `update` and `deploy` do, each in its mode. */
export async function runDeploy(session: Session, options: DeployOptions): Promise<Output> {
  const { deploy } = await import('../deploy/deploy.ts');
  const deployment = await deploy(toPlace(session), options, {
    onPlan: ({ plan }) => session.say(toText(plan)),
    confirm: (question) => confirm(session, question),
  });
  session.say(toSentence(deployment));
  return toPluginOutput(deployment.plugin, deployment.secrets);
}

function toSentence({ kind, plugin: { name, version } }: Deployment): string {
  if (kind === 'unchanged') return `${name} is up to date in version ${version}: nothing was sent.`;
  const next = kind === 'created' ? 'npx biot-plugin get' : 'npx biot-plugin releases';
  return `The plugin ${name} is ${kind} and has version ${version}. Next: ${next}`;
}

async function confirm({ isAgreed }: Session, question: string): Promise<void> {
  if (isAgreed || (isInteractive() && (await askYesNo(question)))) return;
  throw new Failure({
    code: 'DEPLOYED_ELSEWHERE',
    exitCode: EXIT.conflict,
    message: `Nothing was sent, as it was not confirmed: ${question}`,
    cure: 'See what differs (npx biot-plugin plan), then answer y on a terminal, or pass --yes.',
  });
}
