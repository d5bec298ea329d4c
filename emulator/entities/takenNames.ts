import type { Entity } from '../state.ts';
import type { EntityState } from './operation.ts';
import { refuse } from './refuse.ts';

const REFUSALS: Record<string, (value: string, holderId: string) => Error> = {
  _email: (email) => refuse(409, 'EMAIL_ALREADY_EXIST', { email }),
  _username: (username, userId) => refuse(409, 'USERNAME_ALREADY_EXIST', { username, userId }),
};

/** Is it a person, whose email and username nobody else may have? */
const isPerson = (entity: Entity): boolean => '_mfa' in entity;

/** @throws BiotError 409 when somebody else has the email or the username of `entity` */
export function takeNames(state: EntityState, entity: Entity, old: Entity = {}): void {
  if (!isPerson(entity)) return;
  for (const attribute of Object.keys(REFUSALS)) {
    const [before, after] = [toKey(attribute, old), toKey(attribute, entity)];
    if (before === after) continue;
    if (after !== undefined) take(state, { key: after, attribute, entity });
    if (before !== undefined) state.takenNames.delete(before);
  }
}

type Taking = { key: string; attribute: string; entity: Entity };

function take({ takenNames }: EntityState, { key, attribute, entity }: Taking): void {
  const holder = takenNames.get(key);
  if (holder !== undefined) throw REFUSALS[attribute]?.(String(entity[attribute]), holder);
  takenNames.set(key, String(entity._id));
}

export function freeNames({ takenNames }: EntityState, entity: Entity): void {
  if (!isPerson(entity)) return;
  for (const attribute of Object.keys(REFUSALS)) {
    const key = toKey(attribute, entity);
    if (key !== undefined) takenNames.delete(key);
  }
}

function toKey(attribute: string, entity: Entity): string | undefined {
  const value = entity[attribute];
  return typeof value === 'string' ? `${attribute} ${value.toLowerCase()}` : undefined;
}
