import { nextVersion } from './plan/nextVersion.ts';
import type { Plan } from './plan.ts';
import type { Plugin } from './pluginApi.ts';

/** New code and its version, and nothing else. @throws Failure when no version is left */
export function planRollback({ version: from }: Plugin): Plan {
  const to = nextVersion(from);
  const changes: Plan['changes'] = [
    { path: 'code', action: 'change' },
    { path: 'version', action: 'change', from, to },
  ];
  return { action: 'update', changes, kept: [], notes: [], config: { version: to } };
}
