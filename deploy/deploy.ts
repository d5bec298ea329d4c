import { NOTHING_CHANGED } from './buildAndPush.ts';
import type { ReleasedCode } from './findCode.ts';
import { type Place, toReleaseKey } from './place.ts';
import type { Plan } from './plan.ts';
import type { Plugin, PluginCode } from './pluginApi.ts';
import { type DeployOptions, type Prepared, prepare } from './prepare.ts';
import { readGitState } from './readGitState.ts';
import { toReleasedConfig } from './releasedConfig.ts';
import type { Release } from './releases.ts';
import { record, sendAndRecord } from './sendAndRecord.ts';

type Outcome = { plugin: Plugin; plan: Plan; secrets: ReadonlySet<string> };

/** `secrets` are the variables whose values are never shown. */
export type Deployment =
  | (Outcome & { kind: 'unchanged' })
  | (Outcome & { kind: 'created' | 'updated'; release: Release });

export type DeployCallbacks = {
  /** Told what is going to be sent, before that. */
  onPlan(prepared: Prepared): void;
  /** Asks a person. @throws Failure unless the answer is yes */
  confirm(question: string): Promise<void>;
};

/** Brings BioT's plugin to what the project is: does what is needed, and no more. @throws Failure */
export async function deploy(
  place: Place,
  options: DeployOptions,
  { onPlan, confirm }: DeployCallbacks,
): Promise<Deployment> {
  const comparing = { title: 'Comparing with BioT', ifInterrupted: NOTHING_CHANGED };
  const prepared = await place.steps.run(comparing, () => prepare(place, options));
  const { current, plan, secrets, code, foreign } = prepared;
  onPlan(prepared);
  if (current && plan.action === 'none') return { kind: 'unchanged', plugin: current, plan, secrets };
  if (foreign) await confirm(`${foreign} Deploy over it?`);

  const made = code.isNew ? await code.make() : undefined;
  const isLive = made !== undefined && made.released.digest === prepared.live?.digest;
  return isLive ? sendRest(place, prepared, made.released) : send(place, prepared, made);
}

/** `code` is what is to be sent of it: nothing when BioT has it. */
type Made = { code?: PluginCode; released: ReleasedCode };

async function send(place: Place, prepared: Prepared, made: Made | undefined): Promise<Deployment> {
  const { current, file, plan, secrets } = prepared;
  const { plugin, release } = await sendAndRecord(place, {
    ...prepared,
    title: `${current ? 'Updating' : 'Creating'} ${file.name}`,
    name: file.name,
    code: made?.code,
    toRelease: (sent) => toRelease(place, prepared, { plugin: sent, released: made?.released }),
  });
  return { kind: current ? 'updated' : 'created', plugin, plan, secrets, release };
}

/** What was built is the image that BioT runs: its version stays. */
async function sendRest(place: Place, prepared: Prepared, released: ReleasedCode): Promise<Deployment> {
  const { current, live, secrets } = prepared;
  if (!current || !live) throw new Error('The same image comes of a release that BioT has');
  const plan = prepared.planWithoutCode();
  place.say(`That is the image which BioT runs: it stays version ${current.version}.`);
  if (plan.action !== 'none') return send(place, { ...prepared, plan }, { released });
  await record(place, { ...live, ...released }); // so that it is known the next time without building
  return { kind: 'unchanged', plugin: current, plan, secrets };
}

/** Of a release whose code stays. */
function releasedCodeOf(last: Release | undefined): ReleasedCode {
  if (!last) throw new Error('Code that is not new comes of a release');
  const { digest, contentHash, imageTag, repositoryUri } = last;
  return { digest, contentHash, ...(imageTag && { imageTag }), ...(repositoryUri && { repositoryUri }) };
}

type Sent = { plugin: Plugin; released: ReleasedCode | undefined };

async function toRelease(
  place: Place,
  { file, plan: { kept }, last, secrets }: Prepared,
  { plugin, released }: Sent,
): Promise<Release> {
  const salt = last?.config.salt; // equal files have equal hashes then
  return {
    ...toReleaseKey(place, file.name),
    version: plugin.version,
    deploymentPackageType: plugin.deploymentPackageType,
    ...(released ?? releasedCodeOf(last)),
    config: toReleasedConfig(file, { kept, secrets, salt }),
    ...(await readGitState(place.projectRoot)),
    pluginCreatedAt: String(plugin.creationTime),
    createdAt: new Date().toISOString(),
  };
}
