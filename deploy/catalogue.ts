import type { BiotClient } from '../src/runtime/biot.ts';
import { readAll } from './readAll.ts';

/** What can be intercepted. A row without `apiId` is an entity that ADAPT_ENTITY takes. */
export type Interceptable = { apiId?: string; entityTypeName: string; servicePrefix: string };

/** What BioT tells of. `actionName` is like `_create`, as subscriptions take it. */
export type Notifiable = {
  entityName: string;
  entityDisplayName: string;
  actionName: string;
  actionDisplayName: string;
};

/** @throws PluginError CALL_TO_API_FAILED, as both do */
export async function readInterceptions(biot: BiotClient): Promise<Interceptable[]> {
  return readAll(biot.searchPages<Interceptable>('/settings/v1/interceptions'));
}

export async function readActions(biot: BiotClient): Promise<Notifiable[]> {
  const path = '/settings/v2/entity-types/action-notifications';
  const { entityTypes = [] } = await biot.get<{ entityTypes?: Notifiable[] }>(path);
  return entityTypes.map((row) => ({ ...row, actionName: toActionName(row.actionName) }));
}

/** BioT's documentation prints `CREATE` in its list where subscriptions take `_create`. */
function toActionName(name: string): string {
  if (name.startsWith('_')) return name;
  const isUpperCase = name === name.toUpperCase();
  const words = isUpperCase ? name.toLowerCase() : `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return `_${words.replaceAll(/[_ -]+(\w)/g, (_whole, letter: string) => letter.toUpperCase())}`;
}
