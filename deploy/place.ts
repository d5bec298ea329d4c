import type { BiotClient } from '../src/runtime/biot.ts';
import { EXIT, Failure } from './failure.ts';
import type { ReleaseKey } from './releases.ts';
import type { Settings } from './settings.ts';
import type { Steps } from './steps.ts';

/** What is worked on, for whom, and where it is remembered. */
export type Place = {
  projectRoot: string;
  /** `.biot/`, or a folder in it. */
  stateDirectory: string;
  /** `--env NAME` */
  environmentName?: string;
  /** The process's own, for the programs that are run. */
  env: NodeJS.ProcessEnv;
  /** `env` over what the `.env` files say. */
  variables: NodeJS.ProcessEnv;
  settings: Settings;
  biot: BiotClient;
  signal: AbortSignal;
  steps: Steps;
  /** A line for a person. */
  say(line: string): void;
};

/** @throws Failure when no BioT is named */
export function toReleaseKey(
  { settings, environmentName }: Pick<Place, 'settings' | 'environmentName'>,
  plugin: string,
): ReleaseKey {
  if (!settings.baseUrl)
    throw new Failure({
      code: 'MISSING_SETTING',
      exitCode: EXIT.usage,
      message: 'BIOT_CLI_BASE_URL is not set: the address of the BioT environment’s API',
      cure: 'Set it in the environment, or in .env.local (see .env.example).',
    });
  return { baseUrl: settings.baseUrl, plugin, ...(environmentName !== undefined && { environmentName }) };
}
