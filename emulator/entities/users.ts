import type { Entity } from '../state.ts';
import { checkAttribute } from './attributeRules.ts';
import { insert, newEntity } from './create.ts';
import { entityTypeOf } from './entityTypes.ts';
import {
  answerEntity,
  findEntity,
  idIn,
  type Operation,
  type OperationContext,
  toObject,
} from './operation.ts';
import { toReference } from './references.ts';
import { badRequest } from './refuse.ts';
import { replace } from './update.ts';

const STATES = ['ENABLED', 'DISABLED'];

export const updateEnabledState: Operation = (context) => {
  const { state: _enabled = '' } = context.variables;
  const oldEntity = findEntity(context);
  if (!STATES.includes(_enabled)) throw badRequest(`The state is one of ${STATES.join(', ')}`);
  return replace(context, oldEntity, { attributes: { _enabled }, actionName: '_updateEnabledState' });
};

/** An organization comes with its first user, who administers it. That both are told is assumed. */
export const createOrganization: Operation = (context) =>
  context.state.transaction(() => {
    const organization = newEntity(context);
    insert(context, organization);
    const user = createAdministrator(context, organization);
    const entity: Entity = { ...organization, _primaryAdministrator: toReference(user) };
    context.state.entitiesOf('organization').set(String(entity._id), entity);
    return answerEntity(201, entity, [
      { entityTypeName: 'organization', actionName: '_create', entity },
      { entityTypeName: 'organization-user', actionName: '_create', entity: user },
    ]);
  });

function createAdministrator(context: OperationContext, organization: Entity): Entity {
  const { _primaryAdministrator } = toObject(context.body);
  checkAttribute('_primaryAdministrator', _primaryAdministrator, { kind: 'object' });
  const type = entityTypeOf('organization-user');
  const variables = { templateName: type.template?.name ?? '' };
  const body = { ...(_primaryAdministrator as Entity), _ownerOrganization: { id: organization._id } };
  const user = newEntity({ ...context, type, variables, body });
  insert({ ...context, type }, user);
  return user;
}

/** Of the organization that the new administrator belongs to. */
export const updateAdministrator: Operation = (context) => {
  const type = entityTypeOf('organization-user');
  const administrator = findEntity({ ...context, type }, context.variables.newAdminId);
  const organization = findEntity(context, idIn(administrator._ownerOrganization));
  const attributes = { _primaryAdministrator: toReference(administrator) };
  return replace(context, organization, { attributes, actionName: '_updateAdmin' });
};
