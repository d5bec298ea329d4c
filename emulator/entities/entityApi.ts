import { BiotError } from '../biotError.ts';
import { parseSearchRequest, searchEntities } from '../search.ts';
import type { Entity, State } from '../state.ts';
import { type EntityType, entityTypes, toNewEntity } from './entityTypes.ts';

/** An API call without its transport. `query` values are lists, as a parameter may come more than once. */
export type ApiCall = {
  method: string;
  path: string;
  query: Record<string, string[]>;
  headers: Record<string, string>;
  body: unknown;
};

/** Which API a call is for; `apiId` is like `GET/organization/v1/users/patients/{id}`. */
export type ApiMatch = {
  type: EntityType;
  apiId: string;
  id?: string;
  pathVariables: { name: string; value: string }[];
};

/** What the API did: its answer, the entities in it, and what happened to which entity, if anything. */
export type ApiResult = {
  status: number;
  body?: unknown;
  entities: Entity[];
  change?: { actionName: string; entity: Entity; oldEntity?: Entity };
};

/** @throws BiotError 404 for a path that no entity type has */
export function matchApi({ method, path }: Pick<ApiCall, 'method' | 'path'>): ApiMatch {
  for (const type of entityTypes) {
    if (path === type.path) return { type, apiId: method + path, pathVariables: [] };
    const id = path.startsWith(`${type.path}/`) ? path.slice(type.path.length + 1) : '';
    if (id && !id.includes('/')) {
      const value = decodeURIComponent(id);
      return { type, apiId: `${method}${type.path}/{id}`, id: value, pathVariables: [{ name: 'id', value }] };
    }
  }
  throw new BiotError({
    status: 404,
    code: 'NOT_FOUND',
    message: `The local BioT does not have ${method} ${path}. Its entity types are the rows of emulator/entities/entityTypes.ts`,
  });
}

/** Runs the API itself: no hooks here. @throws BiotError as BioT would answer */
export function runApi(state: Pick<State, 'entitiesOf'>, call: ApiCall, now: Date): ApiResult {
  const { type, id } = matchApi(call);
  const table = state.entitiesOf(type.name);
  const target: Target = { type, table, call, now };

  if (id === undefined) return pick(collectionApis, target)(target);
  const entity = table.get(id);
  if (!entity) {
    throw new BiotError({
      status: 404,
      code: type.notFoundCode,
      message: `Entity with id [${id}] not found`,
      details: { id },
    });
  }
  return pick(entityApis, target)(target, entity);
}

type Target = { type: EntityType; table: Map<string, Entity>; call: ApiCall; now: Date };

const collectionApis: Record<string, (target: Target) => ApiResult> = {
  GET({ table, call }) {
    const body = searchEntities([...table.values()], parseSearchRequest(call.query.searchRequest?.[0]));
    return { status: 200, body, entities: body.data };
  },
  POST({ type, table, call, now }) {
    const entity = toNewEntity(type, toObject(call.body), now);
    if (table.has(String(entity._id))) {
      const refusal = { code: 'DEVICE_ID_ALREADY_EXISTS', message: `The id [${entity._id}] is taken` };
      throw new BiotError({ status: 409, ...refusal, details: { id: entity._id } });
    }
    table.set(String(entity._id), entity);
    return { status: 201, body: entity, entities: [entity], change: { actionName: '_create', entity } };
  },
};

const entityApis: Record<string, (target: Target, entity: Entity) => ApiResult> = {
  GET: (_target, entity) => ({ status: 200, body: entity, entities: [entity] }),
  PATCH({ table, call, now }, oldEntity) {
    const { _id, _templateId, ...attributes } = toObject(call.body);
    const entity = { ...oldEntity, ...attributes, _lastModifiedTime: now.toISOString() };
    table.set(String(oldEntity._id), entity);
    return {
      status: 200,
      body: entity,
      entities: [entity],
      change: { actionName: '_update', entity, oldEntity },
    };
  },
  DELETE({ table }, entity) {
    table.delete(String(entity._id));
    return { status: 204, entities: [], change: { actionName: '_delete', entity } };
  },
};

function pick<Api>(apis: Record<string, Api>, { call }: Target): Api {
  const api = Object.hasOwn(apis, call.method) ? apis[call.method] : undefined;
  if (api) return api;
  throw new BiotError({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    message: `${call.method} is not supported here`,
  });
}

function toObject(body: unknown): Entity {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Entity;
  throw new BiotError({ status: 400, code: 'BAD_REQUEST', message: 'The body must be a JSON object' });
}
