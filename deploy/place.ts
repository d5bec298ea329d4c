import type { BiotClient } from '../src/runtime/biot.ts';
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

/** `connect` has refused settings without an address. */
export const toReleaseKey = (
  { settings, environmentName }: Pick<Place, 'settings' | 'environmentName'>,
  plugin: string,
): ReleaseKey => ({
  baseUrl: settings.baseUrl ?? '',
  plugin,
  ...(environmentName !== undefined && { environmentName }),
});
