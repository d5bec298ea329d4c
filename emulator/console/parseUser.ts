import { randomUUID } from 'node:crypto';
import { BiotError } from '../biotError.ts';
import { notifiableActions } from '../catalogue.ts';
import type { State, User } from '../state.ts';
import { refuseBecause } from './parseFault.ts';

/** The types whose entities are people with a login. */
const TYPES = Object.entries(notifiableActions)
  .filter(([, actions]) => actions.includes('_login'))
  .map(([typeName]) => typeName);

/** A user for an entity that is there. @throws BiotError 400, 404, 409 that say what is wrong */
export function parseUser({ users, entitiesOf }: Pick<State, 'users' | 'entitiesOf'>, body: unknown): User {
  const sent = Object(body) as Record<string, unknown>;
  const [username, password] = [toText(sent, 'username'), toText(sent, 'password')];
  const [entityTypeName, entityId] = [toText(sent, 'entityTypeName'), toText(sent, 'entityId')];
  if (!TYPES.includes(entityTypeName))
    throw refuseBecause(`entityTypeName must be one of ${TYPES.join(', ')}`);
  if (users.has(username))
    throw refuse(409, 'USERNAME_ALREADY_EXISTS', `There is a user ${username} already`);
  const entity = entitiesOf(entityTypeName).get(entityId);
  if (!entity) throw refuse(404, 'NOT_FOUND', `There is no ${entityTypeName} with the id ${entityId}`);
  const { id } = Object(entity._ownerOrganization) as { id?: string };
  const owner = id !== undefined && { ownerOrganizationId: id };
  return { id: randomUUID(), username, password, entityTypeName, entityId, ...owner };
}

function toText(sent: Record<string, unknown>, name: string): string {
  const value = sent[name];
  if (typeof value === 'string' && value !== '') return value;
  throw refuseBecause(`${name} must be a text`);
}

const refuse = (status: number, code: string, message: string) => new BiotError({ status, code, message });
