import { type BiotClient, toBiotFailure } from '../src/runtime/biot.ts';
import { type Interceptable, type Notifiable, readActions, readInterceptions } from './catalogue.ts';
import { EXIT, Failure } from './failure.ts';
import { didYouMean } from './nearest.ts';
import type { Interception, Notification, PluginFile } from './pluginFile.ts';

/**
 * Does this BioT know what the file subscribes to? Where it does not show its lists, that is told by `warn` and BioT
 * itself decides. @throws Failure UNKNOWN_SUBSCRIPTION that names each with its place
 */
export async function checkCatalogue(
  biot: BiotClient,
  { subscriptions = {} }: PluginFile,
  warn: (line: string) => void,
): Promise<void> {
  const { interceptions = [], notifications = [] } = subscriptions;
  const [interceptables, notifiables] = await Promise.all([
    interceptions.length > 0 ? readList('interceptions', readInterceptions(biot), warn) : [],
    notifications.length > 0 ? readList('notifications', readActions(biot), warn) : [],
  ]);
  const unknown = [
    ...(interceptables.length > 0 ? findUnknownInterceptions(interceptions, interceptables) : []),
    ...(notifiables.length > 0 ? findUnknownNotifications(notifications, notifiables) : []),
  ];
  if (unknown.length > 0) throw unknownSubscriptions(unknown);
}

async function readList<Row>(
  name: string,
  list: Promise<Row[]>,
  warn: (line: string) => void,
): Promise<Row[]> {
  const reason = { 403: 'you may not see its list', 404: 'it has no list of them' };
  const say = (why: string) =>
    warn(`The ${name} of plugin.json are not checked before they are sent: ${why}.`);
  try {
    const rows = await list;
    if (rows.length === 0) say('the list of this BioT is empty');
    return rows;
  } catch (error) {
    const { status } = toBiotFailure(error) ?? {};
    if (status !== 403 && status !== 404) throw error;
    say(reason[status]);
    return [];
  }
}

function findUnknownInterceptions(interceptions: Interception[], rows: Interceptable[]): string[] {
  const apiIds = rows.flatMap(({ apiId }) => apiId ?? []);
  const bare = rows.filter(({ apiId }) => !apiId);
  const entities = [...new Set((bare.length > 0 ? bare : rows).map(({ entityTypeName }) => entityTypeName))];
  return interceptions.flatMap(({ apiId, entityTypeName }, index) => {
    const place = `subscriptions.interceptions[${index}]`;
    if (apiId !== undefined && !apiIds.some((known) => isNarrowed(known, apiId)))
      return `"${place}.apiId": there is no API ${apiId}${didYouMean(apiId, apiIds)}`;
    if (entityTypeName !== undefined && !entities.includes(entityTypeName))
      return `"${place}.entityTypeName": there is no ${entityTypeName} to adapt${didYouMean(entityTypeName, entities)}`;
    return [];
  });
}

/** The same API, or one with values in the place of its parameters: it is called for these values only. */
function isNarrowed(known: string, apiId: string): boolean {
  const [parts, written] = [known.split('/'), apiId.split('/')];
  const isSame = (part: string, value = '') =>
    part === value || (/^\{.+\}$/.test(part) && /^[^{}]+$/.test(value));
  return parts.length === written.length && parts.every((part, index) => isSame(part, written[index]));
}

function findUnknownNotifications(notifications: Notification[], rows: Notifiable[]): string[] {
  const entities = [...new Set(rows.map(({ entityName }) => entityName))];
  return notifications.flatMap(({ entityTypeName, actionName }, index) => {
    const place = `subscriptions.notifications[${index}]`;
    if (!entities.includes(entityTypeName))
      return `"${place}.entityTypeName": there is no ${entityTypeName}${didYouMean(entityTypeName, entities)}`;
    const actions = rows
      .filter(({ entityName }) => entityName === entityTypeName)
      .map((row) => row.actionName);
    if (actions.some((action) => action.toLowerCase() === actionName.toLowerCase())) return [];
    return `"${place}.actionName": of ${entityTypeName} there is no ${actionName}${didYouMean(actionName, actions)}`;
  });
}

const unknownSubscriptions = (lines: string[]): Failure =>
  new Failure({
    code: 'UNKNOWN_SUBSCRIPTION',
    exitCode: EXIT.usage,
    message: ['This BioT does not know what plugin.json subscribes to', ...lines].join('\n'),
    cure: 'See what there is: npx biot-plugin interceptions, npx biot-plugin actions',
  });
