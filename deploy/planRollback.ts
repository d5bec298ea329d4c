import type { Plan } from './plan.ts';
import type { Plugin } from './pluginApi.ts';

/** New code and its version, and nothing else. */
export function planRollback({ version: from }: Plugin): Plan {
  const to = Number(from) + 1;
  const changes: Plan['changes'] = [
    { path: 'code', action: 'change' },
    { path: 'version', action: 'change', from, to },
  ];
  return { action: 'update', changes, kept: [], notes: [], config: { version: to } };
}
