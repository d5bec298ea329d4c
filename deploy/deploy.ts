import { NOTHING_CHANGED } from './buildAndPush.ts';
import { EXIT, Failure } from './failure.ts';
import type { ReleasedCode } from './findCode.ts';
import { type Place, toReleaseKey } from './place.ts';
import type { Plan } from './plan.ts';
import type { Plugin } from './pluginApi.ts';
import { type DeployOptions, type Prepared, prepare } from './prepare.ts';
import { readGitState } from './readGitState.ts';
import { toReleasedConfig } from './releasedConfig.ts';
import { appendRelease, type Release } from './releases.ts';
import { sendPlugin } from './sendPlugin.ts';

export type Deployment =
  | { kind: 'unchanged'; plugin: Plugin; plan: Plan }
  | { kind: 'created' | 'updated'; plugin: Plugin; plan: Plan; release: Release };

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
  const { steps } = place;
  const comparing = { title: 'Comparing with BioT', ifInterrupted: NOTHING_CHANGED };
  const prepared = await steps.run(comparing, () => prepare(place, options));
  const { current, last, plan, file, code } = prepared;
  onPlan(prepared);
  if (current && plan.action === 'none') return { kind: 'unchanged', plugin: current, plan };
  if (current && last && current.version !== last.version) await confirm(toQuestion(current, last));

  const made = code.isNew ? await code.make() : undefined;
  const sending = { title: `${current ? 'Updating' : 'Creating'} ${file.name}`, ifInterrupted: LOOK };
  // Without the signal: a request that is under way is not torn.
  const plugin = await steps.run(sending, (show) =>
    sendPlugin({ ...prepared, name: file.name, code: made?.code, onRetry: (line) => show(`${line}\n`) }),
  );
  const release = await record(place, { prepared, plugin, code: made?.released ?? releasedCodeOf(last) });
  return { kind: current ? 'updated' : 'created', plugin, plan, release };
}

export const LOOK =
  'BioT has all of it or nothing: npx biot-plugin plan shows which. Running it again is safe.';

const toQuestion = (current: Plugin, last: Release): string =>
  `BioT has version ${current.version} of ${current.name}, which was not deployed from here (the last from here is ${last.version}). Deploy over it?`;

/** Of a release whose code stays. */
function releasedCodeOf(last: Release | undefined): ReleasedCode {
  if (!last) throw new Error('Code that is not new comes of a release');
  const { digest, contentHash, imageTag, repositoryUri } = last;
  return { digest, contentHash, ...(imageTag && { imageTag }), ...(repositoryUri && { repositoryUri }) };
}

type Recorded = { prepared: Prepared; plugin: Plugin; code: ReleasedCode };

async function record(place: Place, { prepared, plugin, code }: Recorded): Promise<Release> {
  const { file } = prepared;
  const release: Release = {
    ...toReleaseKey(place, file.name),
    version: plugin.version,
    deploymentPackageType: plugin.deploymentPackageType,
    ...code,
    config: toReleasedConfig(file, { kept: prepared.plan.kept }),
    ...(await readGitState(place.projectRoot)),
    pluginCreatedAt: String(plugin.creationTime),
    createdAt: new Date().toISOString(),
  };
  await writeRelease(place, release);
  return release;
}

/** @throws Failure that says that all is done but this */
export async function writeRelease({ stateDirectory }: Place, release: Release): Promise<void> {
  try {
    await appendRelease(stateDirectory, release);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const failure = {
      code: 'LEDGER_NOT_WRITTEN',
      exitCode: EXIT.failed,
      message: `${release.plugin} is deployed in version ${release.version}, but the ledger in .biot could not be written (${code})`,
      cure: 'Make room or mend the permissions of .biot, and run npx biot-plugin deploy again, so that a rollback finds it.',
    };
    throw new Failure(failure, { cause });
  }
}
