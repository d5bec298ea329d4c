import type { Plugin } from '../pluginApi.ts';
import type { PluginFile } from '../pluginFile.ts';
import type { Release } from '../releases.ts';

/** One thing that BioT would have otherwise. Of what is secret neither `from` nor `to` is there. */
export type Change = {
  /** Like `memorySize`, `environmentVariables.LOG_LEVEL`, `subscriptions.notifications[patient _create]`. */
  path: string;
  action: 'add' | 'change' | 'remove';
  from?: unknown;
  to?: unknown;
  isSecret?: true;
  /** What BioT has there is not what the last release from here had set. */
  changedElsewhere?: true;
};

/** What BioT has and the file does not name. Values of variables are not shown: any may be secret. */
export type Kept = { path: string; value?: unknown; setBy: SetBy };

/** A release from here, whose file named it; somebody else; or nobody knows, as no release is recorded here. */
export type SetBy = 'release' | 'elsewhere' | 'unknown';

export type PlanInput = {
  /** With its overlay and its references resolved. */
  file: PluginFile;
  /** Variables whose values are never shown. */
  secrets: ReadonlySet<string>;
  /** What BioT has. Absent when it has no plugin of this name. */
  current?: Plugin | undefined;
  /** The last release from here of this very plugin. Absent in a fresh clone. */
  last?: Release | undefined;
  code: 'new' | 'unchanged';
  allowDeletes: boolean;
};

/** One part of a plan. `config` has what is to be sent of it, and nothing when nothing of it changes. */
export type PlanPart = { changes: Change[]; kept: Kept[]; config: Record<string, unknown> };
