import { BiotError } from '../biotError.ts';
import { actionNames, adaptableEntityTypes, entityTypeNames } from '../catalogue.ts';
import type { PluginConfig, PluginInterception, PluginNotification } from '../state.ts';
import {
  type Input,
  invalid,
  optionalChoice,
  optionalList,
  optionalNumber,
  optionalObject,
  optionalText,
  requiredText,
} from './fields.ts';
import { findInterceptedApi } from './interceptedApi.ts';

type Subscriptions = PluginConfig['subscriptions'];

// Some order is reserved; which one is not published. This one is assumed.
const RESERVED_ORDER = 2_147_483_647;
const ORDER = { min: 1, max: 2_147_483_647 };
const TYPES = ['PRE_REQUEST', 'POST_REQUEST', 'ADAPT_ENTITY'] as const;
const MAX_NAME = 255;

/** What is sent replaces what is there; a list that is absent is kept. @throws BiotError with the documented codes */
export function replaceSubscriptions(current: Subscriptions, sent: Input): Subscriptions {
  const interceptions = optionalList(sent.interceptions, 'subscriptions.interceptions');
  const notifications = optionalList(sent.notifications, 'subscriptions.notifications');
  return {
    interceptionOrder: toOrder(sent.interceptionOrder, 'interceptionOrder') ?? current.interceptionOrder,
    interceptions: interceptions?.map(toInterception) ?? current.interceptions,
    notifications: notifications?.map(toNotification) ?? current.notifications,
  };
}

function toOrder(value: unknown, field: string): number | undefined {
  const order = optionalNumber(value, `subscriptions.${field}`, ORDER);
  if (order !== RESERVED_ORDER) return order;
  throw new BiotError({
    status: 400,
    code: 'INTERCEPTION_ORDER_CANNOT_BE_RESERVED_ORDER',
    message: `The order ${order} is reserved`,
    details: { order, reservedOrder: RESERVED_ORDER },
  });
}

function toInterception(value: unknown): PluginInterception {
  const input = toItem(value, 'interceptions');
  const type = optionalChoice(input.type, 'subscriptions.interceptions.type', TYPES);
  if (!type) throw invalid('subscriptions.interceptions.type', 'is mandatory');
  const order = toOrder(input.order, 'interceptions.order');
  const target = type === 'ADAPT_ENTITY' ? toEntityTarget(input) : toApiTarget(type, input);
  return { type, ...target, ...(order !== undefined && { order }) };
}

function toItem(value: unknown, list: string): Input {
  const input = optionalObject(value, `subscriptions.${list}`);
  if (!input) throw invalid(`subscriptions.${list}`, 'must hold no null');
  return input;
}

function toEntityTarget({ apiId, entityTypeName }: Input): Pick<PluginInterception, 'entityTypeName'> {
  if (apiId !== undefined && apiId !== null) throw wrongApiId('ADAPT_ENTITY', apiId);
  const name = requiredText(entityTypeName, 'subscriptions.interceptions.entityTypeName', MAX_NAME);
  if (!adaptableEntityTypes.includes(name)) throw unknownTarget('entityTypeName', name);
  return { entityTypeName: name };
}

function toApiTarget(type: string, { apiId }: Input): Pick<PluginInterception, 'apiId'> {
  if (apiId === undefined || apiId === null) throw wrongApiId(type, null);
  const text = requiredText(apiId, 'subscriptions.interceptions.apiId', MAX_NAME);
  if (!findInterceptedApi(text)) throw unknownTarget('apiId', text);
  return { apiId: text };
}

function wrongApiId(type: string, apiId: unknown): BiotError {
  const isAdapt = type === 'ADAPT_ENTITY';
  return new BiotError({
    status: 400,
    code: 'INTERCEPTION_MUST_HAVE_CORRECT_API_ID_NULL_VALUE_FOR_TYPE',
    message: `apiId must be ${isAdapt ? 'null' : 'set'} for ${type}`,
    details: { type, correctValue: isAdapt ? 'null' : 'not null', apiId },
  });
}

const unknownTarget = (fieldName: string, value: string): BiotError =>
  new BiotError({
    status: 404,
    code: 'INTERCEPTION_CONFIGURATION_NOT_FOUND',
    message: `No ${fieldName} ${value} can be intercepted: GET /settings/v1/interceptions lists those that can`,
    details: { value, fieldName },
  });

/** The settings service publishes no codes for a wrong name here; that it passes the dispatcher's on is assumed. */
function toNotification(value: unknown): PluginNotification {
  const input = toItem(value, 'notifications');
  const templateName = optionalText(input.templateName, 'subscriptions.notifications.templateName', MAX_NAME);
  const [entityTypeName, actionName] = (['entityTypeName', 'actionName'] as const).map((field) =>
    requiredText(input[field], `subscriptions.notifications.${field}`, MAX_NAME),
  ) as [string, string];
  if (!entityTypeNames.includes(entityTypeName))
    throw unknownName('INVALID_ENTITY_TYPE_NAME', `There is no entity type ${entityTypeName}`, {
      invalidEntityType: entityTypeName,
      validEntityTypes: entityTypeNames,
    });
  if (!actionNames.includes(actionName))
    throw unknownName('INVALID_ACTION_NAME', `There is no action ${actionName}`, {
      invalidActionName: actionName,
      validActionNames: actionNames,
    });
  return { entityTypeName, actionName, ...(templateName && { templateName }) };
}

const unknownName = (code: string, message: string, details: Input): BiotError =>
  new BiotError({ status: 400, code, message, details });
