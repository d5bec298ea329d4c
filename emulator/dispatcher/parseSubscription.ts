import { BiotError } from '../biotError.ts';
import { actionNames, adaptableEntityTypes, entityTypeNames, interceptableApis } from '../catalogue.ts';
import type { InterceptionType } from '../state.ts';
import { toText as asText } from '../toText.ts';

/** What a self-hosted plugin wants to be told of. */
export type WantedNotification = {
  kind: 'notification';
  endpoint: string;
  entityTypeName: string;
  actionName: string;
  templateName?: string;
};

/** Which calls a self-hosted plugin wants to be asked about. */
export type WantedInterception = {
  kind: 'interception';
  endpoint: string;
  type: InterceptionType;
  apiId?: string;
  entityName?: string;
  pathFilters?: Record<string, string>;
  executionOrder?: number;
};

type Input = Record<string, unknown>;

const MAX_ORDER = 2_147_483_647;
const TYPES: InterceptionType[] = ['PRE_REQUEST', 'ADAPT_ENTITY', 'POST_REQUEST'];
const validApiIds = interceptableApis.map(({ apiId }) => apiId);

const badRequest = (code: string, message: string, details: Input = {}) =>
  new BiotError({ status: 400, code, message, details });

/** @throws BiotError 400 with the documented codes; INVALID_ENDPOINT and BAD_REQUEST for the rest are assumed */
export function parseNotification(body: unknown): WantedNotification {
  const { entityTypeName, actionName, endpoint, templateName } = toObject(body);
  return {
    kind: 'notification',
    entityTypeName: toEntityType(entityTypeName, entityTypeNames),
    actionName: toActionName(actionName),
    endpoint: toEndpoint(endpoint),
    ...(hasValue(templateName) && { templateName: toText(templateName, 'templateName') }),
  };
}

/** A field that does not belong to the type is left aside: BioT's schema wants both, its text only one of them. */
export function parseInterception(body: unknown): WantedInterception {
  const { type, apiId, entityName, endpoint, pathFilters, executionOrder } = toObject(body);
  const known = TYPES.find((name) => name === type);
  if (!known) throw badRequest('BAD_REQUEST', `type must be one of ${TYPES.join(', ')}`);
  return {
    kind: 'interception',
    type: known,
    ...(known === 'ADAPT_ENTITY'
      ? { entityName: toEntityType(entityName, adaptableEntityTypes) }
      : { apiId: toApiId(apiId) }),
    endpoint: toEndpoint(endpoint),
    ...(hasValue(pathFilters) && { pathFilters: toPathFilters(pathFilters) }),
    ...(hasValue(executionOrder) && { executionOrder: toOrder(executionOrder) }),
  };
}

function toEntityType(value: unknown, valid: string[]): string {
  const found = valid.find((name) => name === value);
  if (found) return found;
  throw badRequest('INVALID_ENTITY_TYPE_NAME', `There is no entity type ${asText(value)}`, {
    invalidEntityType: value ?? null,
    validEntityTypes: valid,
  });
}

function toActionName(value: unknown): string {
  const found = actionNames.find((name) => name === value);
  if (found) return found;
  throw badRequest('INVALID_ACTION_NAME', `There is no action ${asText(value)}`, {
    invalidActionName: value ?? null,
    validActionNames: actionNames,
  });
}

function toApiId(value: unknown): string {
  const found = validApiIds.find((apiId) => apiId === value);
  if (found) return found;
  throw badRequest('INVALID_API_ID', `There is no API ${asText(value)} that can be intercepted`, {
    invalidApiId: value ?? null,
    validApiIds,
  });
}

function toEndpoint(value: unknown): string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url && ['http:', 'https:'].includes(url.protocol)) return value as string;
  throw badRequest('INVALID_ENDPOINT', 'endpoint must be a URL with https, or http here', {
    endpoint: value ?? null,
  });
}

function toPathFilters(value: unknown): Record<string, string> {
  const filters = Object.entries(toObject(value, 'pathFilters'));
  return Object.fromEntries(filters.map(([name, text]) => [name, toText(text, `pathFilters.${name}`)]));
}

function toOrder(value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_ORDER) return Number(value);
  throw badRequest('BAD_REQUEST', `executionOrder must be a whole number from 1 to ${MAX_ORDER}`);
}

function toText(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw badRequest('BAD_REQUEST', `${field} must be text`);
}

function toObject(value: unknown, what = 'The body'): Input {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
  throw badRequest('BAD_REQUEST', `${what} must be a JSON object`);
}

const hasValue = (value: unknown): boolean => value !== undefined && value !== null;
