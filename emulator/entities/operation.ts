import type { Entity, State } from '../state.ts';
import type { EntityType } from './entityTypes.ts';
import { badRequest, refuse } from './refuse.ts';

export type EntityState = Pick<State, 'entitiesOf' | 'templates' | 'takenNames' | 'transaction'>;

/** An API call as an operation sees it. `variables` are those of the path, by name. */
export type OperationContext = {
  state: EntityState;
  type: EntityType;
  variables: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
  /** The entity of the person who calls, or the id of the program. */
  callerId?: string;
  now: Date;
};

/** What happened to which entity, as subscribers are told. */
export type Change = { entityTypeName: string; actionName: string; entity: Entity; oldEntity?: Entity };

/** What the API did. `entities` are those in its answer: the body itself, the `data` of a search, or none of it. */
export type ApiResult = {
  status: number;
  body?: unknown;
  holds: 'entity' | 'search' | 'other';
  entities: Entity[];
  changes: Change[];
};

/** The API itself: no hooks here. @throws BiotError as BioT would answer */
export type Operation = (context: OperationContext) => ApiResult;

export const answerEntity = (status: number, entity: Entity, changes: Change[] = []): ApiResult => ({
  status,
  body: entity,
  holds: 'entity',
  entities: [entity],
  changes,
});

export const answerNothing = (changes: Change[]): ApiResult => ({
  status: 204,
  holds: 'other',
  entities: [],
  changes,
});

export const answerOther = (status: number, body: unknown, changes: Change[] = []): ApiResult => ({
  status,
  ...(body !== undefined && { body }),
  holds: 'other',
  entities: [],
  changes,
});

/** @throws BiotError 404 with the type's code */
export function findEntity({ state, type, variables }: OperationContext, id = variables.id): Entity {
  const entity = id === undefined ? undefined : state.entitiesOf(type.name).get(id);
  if (entity) return entity;
  throw refuse(404, type.notFoundCode, { id });
}

/** @throws BiotError 400 */
export function toObject(body: unknown): Entity {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Entity;
  throw badRequest('The body must be a JSON object');
}

/** The id in a reference attribute like `_ownerOrganization`. */
export function idIn(reference: unknown): string | undefined {
  const { id } = (typeof reference === 'object' && reference !== null ? reference : {}) as { id?: unknown };
  return typeof id === 'string' ? id : undefined;
}
