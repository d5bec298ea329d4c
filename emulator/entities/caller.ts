import type { FastifyRequest } from 'fastify';
import type { User } from '../state.ts';
import type { Claims, EntitiesOptions, HookedCall } from './entitiesOptions.ts';

/** Who calls an API. */
export type Caller = {
  id?: string;
  /** Of the person's own entity; the same as `id` but for those who have a login of their own beside it. */
  entityId?: string;
  /** As traces call them: a plugin's or a person's name. */
  name: string;
  /** Of a deployed plugin. */
  plugin?: string;
  isIntercepted: boolean;
  /** `ip:port` */
  sourceIpAddress: string;
  initiatorData: HookedCall['initiatorData'];
};

/** @throws BiotError 401 TOKEN_NOT_VALID */
export function toCaller(options: EntitiesOptions, request: FastifyRequest): Caller {
  const claims = options.verifyToken(request.headers.authorization);
  const { sub, serviceUserId, tenantId, tokenType } = claims;
  const id = sub ?? serviceUserId;
  const service = options.state.serviceUsers.get(serviceUserId ?? '');
  const plugin = service?.pluginName;
  const user = userOf(options, claims);
  const entityId = user?.entityId ?? id;
  return {
    ...(id && { id }),
    ...(entityId && { entityId }),
    name: plugin ?? service?.name ?? user?.username ?? id ?? tokenType,
    ...(plugin && { plugin }),
    // Calls made with a plugin's token trigger no interceptors, unless it asks for them.
    isIntercepted: plugin === undefined || request.headers['allow-interception'] !== undefined,
    sourceIpAddress: `${request.ip}:${request.socket.remotePort}`,
    initiatorData: {
      ...(id && { subjectId: id }),
      ...(tenantId && { ownerOrganizationId: tenantId }),
      tokenType,
    },
  };
}

function userOf({ state }: EntitiesOptions, { sub }: Claims): User | undefined {
  for (const user of state.users.values()) if (user.id === sub) return user;
  return undefined;
}
