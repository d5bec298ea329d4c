import { NOTHING_CHANGED } from './buildAndPush.ts';
import type { ReleasedCode } from './findCode.ts';
import { type Place, toReleaseKey } from './place.ts';
import type { Plan } from './plan.ts';
import type { Plugin } from './pluginApi.ts';
import { type DeployOptions, type Prepared, prepare } from './prepare.ts';
import { readGitState } from './readGitState.ts';
import { toReleasedConfig } from './releasedConfig.ts';
import type { Release } from './releases.ts';
import { sendAndRecord } from './sendAndRecord.ts';

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
  const { current, plan, secrets, file, code, foreign } = prepared;
  onPlan(prepared);
  if (current && plan.action === 'none') return { kind: 'unchanged', plugin: current, plan, secrets };
  if (foreign) await confirm(`${foreign} Deploy over it?`);

  const made = code.isNew ? await code.make() : undefined;
  const { plugin, release } = await sendAndRecord(place, {
    ...prepared,
    title: `${current ? 'Updating' : 'Creating'} ${file.name}`,
    name: file.name,
    code: made?.code,
    toRelease: (sent) => toRelease(place, prepared, { plugin: sent, released: made?.released }),
  });
  return { kind: current ? 'updated' : 'created', plugin, plan, secrets, release };
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
