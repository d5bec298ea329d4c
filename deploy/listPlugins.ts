import type { BiotClient } from '../src/runtime/biot.ts';
import type { Plugin } from './pluginApi.ts';
import { readAll } from './readAll.ts';

/** All plugins of this BioT by name. @throws PluginError CALL_TO_API_FAILED */
export const listPlugins = (biot: BiotClient): Promise<Plugin[]> =>
  readAll(biot.searchPages<Plugin>('/settings/v2/plugins', { sort: [{ prop: 'name', order: 'ASC' }] }));
