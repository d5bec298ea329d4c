import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import type { ServiceUser, State, User } from '../state.ts';
import { refuseBecause } from './parseFault.ts';
import { parseUser } from './parseUser.ts';

const MAX_MINUTES = 60 * 24 * 365;

export type UserRoutesOptions = {
  state: Pick<State, 'users' | 'serviceUsers' | 'entitiesOf'>;
  clock: Clock;
};

type Route = { Params: { who: string }; Body: { minutes?: unknown } | null };

/** Lets entities log in; locks and unlocks users by their username, service users by their id or name. */
export const userRoutes: FastifyPluginAsync<UserRoutesOptions> = async (app, { state, clock }) => {
  app.post('/emulator/users', async ({ body }, reply) => {
    const user = parseUser(state, body);
    state.users.set(user.username, user);
    const { password: _password, ...shown } = user;
    return reply.code(201).send(shown);
  });
  app.post<Route>('/emulator/users/:who/lock', async ({ params, body }) => {
    const { user, serviceUser } = find(state, params.who);
    const lockedUntil = toLockedUntil(body?.minutes, clock);
    if (serviceUser && lockedUntil)
      throw refuseBecause('A service user is locked without an end: leave out minutes');
    if (serviceUser) state.serviceUsers.set(serviceUser.id, { ...serviceUser, isLocked: true });
    if (user) state.users.set(user.username, lock(user, lockedUntil));
    return { name: params.who, locked: true, ...(lockedUntil && { lockedUntil }) };
  });
  app.post<Route>('/emulator/users/:who/unlock', async ({ params }) => {
    const { user, serviceUser } = find(state, params.who);
    if (serviceUser) state.serviceUsers.set(serviceUser.id, { ...serviceUser, isLocked: false });
    if (user) state.users.set(user.username, unlock(user));
    return { name: params.who, locked: false };
  });
};

function lock(user: User, lockedUntil: string | undefined): User {
  return { ...unlock(user), isLocked: true, ...(lockedUntil && { lockedUntil }) };
}

function unlock({ isLocked: _isLocked, lockedUntil: _until, failedLogins: _failed, ...user }: User): User {
  return user;
}

function find(
  { users, serviceUsers }: UserRoutesOptions['state'],
  who: string,
): { user?: User; serviceUser?: ServiceUser } {
  const user = users.get(who);
  if (user) return { user };
  const serviceUser = serviceUsers.get(who) ?? [...serviceUsers.values()].find(({ name }) => name === who);
  if (serviceUser) return { serviceUser };
  throw new BiotError({ status: 404, code: 'NOT_FOUND', message: `Nobody here is called ${who}` });
}

function toLockedUntil(minutes: unknown, clock: Clock): string | undefined {
  if (minutes === undefined) return undefined;
  if (typeof minutes !== 'number' || !(minutes > 0 && minutes <= MAX_MINUTES))
    throw refuseBecause(`minutes must be a number above 0, ${MAX_MINUTES} at most`);
  return new Date(clock.now().getTime() + minutes * 60_000).toISOString();
}
