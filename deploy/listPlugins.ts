import type { BiotClient } from '../src/runtime/biot.ts';
import { type Plugin, toPlugin } from './pluginApi.ts';
import { readAll } from './readAll.ts';

/** All plugins of this BioT by name. @throws PluginError CALL_TO_API_FAILED */
export async function listPlugins(biot: BiotClient): Promise<Plugin[]> {
  const byName = { sort: [{ prop: 'name', order: 'ASC' as const }] };
  return (await readAll(biot.searchPages<Plugin>('/settings/v2/plugins', byName))).map(toPlugin);
}
