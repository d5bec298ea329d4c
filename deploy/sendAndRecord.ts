import { clearAttempts, dropAttempt, writeAttempt } from './attempt.ts';
import { EXIT, Failure } from './failure.ts';
import { hideValues } from './hideValues.ts';
import { isSecret } from './isSecret.ts';
import type { Place } from './place.ts';
import { objectOf } from './plan/fieldsOf.ts';
import type { Plan } from './plan.ts';
import type { Plugin, PluginApi, PluginCode } from './pluginApi.ts';
import { appendRelease, type Release } from './releases.ts';
import { sendPlugin } from './sendPlugin.ts';
import { toFailure } from './toFailure.ts';

export type Sent = {
  /** For a person, like `Updating my-plugin`. */
  title: string;
  api: PluginApi;
  plan: Plan;
  name: string;
  current: Plugin | undefined;
  code: PluginCode | undefined;
  /** Variables whose values BioT may name when it refuses them. */
  secrets: ReadonlySet<string>;
  /** The line for the ledger. */
  toRelease(plugin: Plugin): Promise<Release>;
};

const LOOK = 'BioT has all of it or nothing: npx biot-plugin plan shows which. Running it again is safe.';

/** One request to BioT, and one line in the ledger. @throws Failure */
export async function sendAndRecord(
  place: Place,
  { title, toRelease, secrets, ...sending }: Sent,
): Promise<{ plugin: Plugin; release: Release }> {
  const attempt = { plugin: sending.name, version: Number(sending.plan.config.version) };
  await writeAttempt(place, attempt);
  const hide = (text: string) => hideValues(text, secretValues(sending.plan, secrets));
  const keep = async (plugin: Plugin) => {
    const release = await toRelease(plugin);
    await record(place, release);
    return release;
  };
  // Without the signal: a request that is under way is not torn.
  const plugin = await place.steps
    .run({ title, ifInterrupted: LOOK }, (show) =>
      // What BioT has not as it was sent runs all the same, and a rollback has to find it.
      sendPlugin({ ...sending, onNotAsSent: keep, onRetry: (line) => show(`${hide(line)}\n`) }),
    )
    .catch(async (error) => {
      if (!(error instanceof Failure && error.code === 'ANSWER_LOST')) await dropAttempt(place, attempt);
      throw hideIn(error, hide);
    });
  return { plugin, release: await keep(plugin) };
}

function secretValues({ config }: Plan, secrets: ReadonlySet<string>): string[] {
  const variables = Object.entries(objectOf(config.environmentVariables));
  return variables
    .map(([name, value]) => [name, String(value)] as const)
    .filter(([name, value]) => secrets.has(name) || isSecret(name, value))
    .map(([, value]) => value);
}

function hideIn(error: unknown, hide: (text: string) => string): Failure {
  const { code, exitCode, message, cure } = toFailure(error);
  return new Failure({ code, exitCode, message: hide(message), cure }, { cause: error });
}

/** @throws Failure when the ledger cannot be written */
export async function record(place: Place, release: Release): Promise<void> {
  try {
    await appendRelease(place.stateDirectory, release);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const failure = {
      code: 'LEDGER_NOT_WRITTEN',
      exitCode: EXIT.failed,
      message: `${release.plugin} is deployed in version ${release.version}, but ${place.stateDirectory} could not be written (${code})`,
      cure: 'Make room there or mend its permissions, and run npx biot-plugin deploy, so that a rollback finds it.',
    };
    throw new Failure(failure, { cause });
  }
  await clearAttempts(place);
}
