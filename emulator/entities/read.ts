import { parseSearchRequest, searchEntities } from '../search.ts';
import type { Entity } from '../state.ts';
import {
  type ApiResult,
  answerEntity,
  findEntity,
  type Operation,
  type OperationContext,
} from './operation.ts';
import { refuse } from './refuse.ts';
import { findTemplateByName } from './templates.ts';

export const get: Operation = (context) => answerEntity(200, findEntity(context));

export const search: Operation = (context) => searchAmong(context, allOf(context));

/** Of one template, named in the path. */
export const searchOfTemplate: Operation = (context) => {
  const { id } = findTemplateByName(context.state, context.type, context.variables.templateName ?? '');
  return searchAmong(
    context,
    allOf(context).filter((entity) => isOfTemplate(entity, id)),
  );
};

/** @throws BiotError 404 also when the entity is of another template than the path says */
export const checkTemplate =
  (operation: Operation): Operation =>
  (context) => {
    const { id } = findTemplateByName(context.state, context.type, context.variables.templateName ?? '');
    if (!isOfTemplate(findEntity(context), id))
      throw refuse(404, context.type.notFoundCode, { id: context.variables.id });
    return operation(context);
  };

const isOfTemplate = ({ _template }: Entity, id: string): boolean => (_template as Entity).id === id;

const allOf = ({ state, type }: OperationContext): Entity[] => [...state.entitiesOf(type.name).values()];

export function searchAmong({ query }: OperationContext, entities: Entity[]): ApiResult {
  const body = searchEntities(entities, readSearchRequest(query));
  return { status: 200, body, holds: 'search', entities: body.data, changes: [] };
}

/** Of a parameter that comes more than once, the first counts. */
const readSearchRequest = ({ searchRequest }: OperationContext['query']) => {
  const [text] = [searchRequest].flat();
  return parseSearchRequest(text === undefined ? undefined : String(text));
};

/**
 * The parents of which something is open, with what is open of each: `{ _patient, _alerts }`. The search is among the
 * parents.
 */
export const searchOpen =
  (
    parent: { type: string; attribute: string },
    children: { attribute: string; isOpen(entity: Entity): boolean },
  ): Operation =>
  (context) => {
    const open = Map.groupBy(allOf(context).filter(children.isOpen), (child) =>
      String((child[parent.attribute] as Entity).id),
    );
    const parents = [...context.state.entitiesOf(parent.type).values()].filter(({ _id }) =>
      open.has(String(_id)),
    );
    const { body, ...found } = searchAmong(context, parents);
    const data = found.entities.map((entity) => ({
      [parent.attribute]: entity,
      [children.attribute]: open.get(String(entity._id)) ?? [],
    }));
    return { ...found, body: { ...(body as object), data }, entities: data };
  };

const USER_TYPES = ['organization-user', 'caregiver', 'patient'];

/** The caller's own entity of the type. @throws BiotError 404 USER_NOT_FOUND */
export const getSelf: Operation = (context) =>
  answerEntity(200, findEntity(context, context.callerId ?? 'nobody'));

/** The caller's own entity, whatever they are. @throws BiotError 404 USER_NOT_FOUND */
export const getSelfOfAnyType: Operation = ({ state, callerId = 'nobody' }) => {
  for (const _userType of USER_TYPES) {
    const entity = state.entitiesOf(_userType).get(callerId);
    if (entity) return answerEntity(200, { ...entity, _userType });
  }
  throw refuse(404, 'USER_NOT_FOUND', { id: callerId });
};
