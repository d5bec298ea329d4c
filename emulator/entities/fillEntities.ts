import { type Entity, ORGANIZATION_ID, type User } from '../state.ts';
import { newEntity } from './create.ts';
import { entityTypeOf, entityTypes } from './entityTypes.ts';
import type { EntityState } from './operation.ts';
import { toReference } from './references.ts';
import { takeNames } from './takenNames.ts';

/**
 * A template for each entity type, the organization that owns everything, and its users as entities. Nothing is new in a
 * directory that was used before.
 */
export function fillEntities(state: FilledState, now: Date): void {
  state.transaction(() => {
    for (const { template } of entityTypes.values())
      if (template && !state.templates.has(template.id)) state.templates.set(template.id, template);
    const organizations = state.entitiesOf('organization');
    if (!organizations.has(ORGANIZATION_ID)) organizations.set(ORGANIZATION_ID, newOrganization(state, now));
    for (const user of state.users.values()) addUser(state, user, now);
  });
}

type FilledState = EntityState & { users: Map<string, User> };

function addUser(state: FilledState, user: User, now: Date): void {
  const users = state.entitiesOf('organization-user');
  if (user.entityTypeName !== undefined || users.has(user.id)) return;
  const entity = newUser(state, user, now);
  takeNames(state, entity);
  users.set(user.id, entity);
  administer(state, entity);
}

/** It is its own owner. */
function newOrganization(state: EntityState, now: Date): Entity {
  const type = entityTypeOf('organization');
  const body = { _name: 'Local', _templateId: type.template?.id, _primaryAdministrator: {} };
  const entity = { ...newEntity({ state, type, variables: {}, query: {}, body, now }), _id: ORGANIZATION_ID };
  const organization: Entity = { ...entity, _ownerOrganization: { id: ORGANIZATION_ID } };
  return { ...organization, _ownerOrganization: toReference(organization) };
}

function newUser(state: EntityState, { id, username }: User, now: Date): Entity {
  const type = entityTypeOf('organization-user');
  const body = {
    _name: { firstName: 'Local', lastName: 'Administrator' },
    _employeeId: 'local',
    _ownerOrganization: { id: ORGANIZATION_ID },
    _templateId: type.template?.id,
    ...(username.includes('@') && { _email: username }),
  };
  const entity = newEntity({ state, type, variables: {}, query: {}, body, now });
  return { ...entity, _id: id, _invitationAccepted: true };
}

/** The first user administers the organization. */
function administer(state: EntityState, user: Entity): void {
  const organizations = state.entitiesOf('organization');
  const organization = organizations.get(ORGANIZATION_ID);
  if (organization && !organization._primaryAdministrator)
    organizations.set(ORGANIZATION_ID, { ...organization, _primaryAdministrator: toReference(user) });
}
