import type { FastifyRequest } from 'fastify';
import type { Claims, EntitiesOptions, HookedCall } from './entitiesOptions.ts';

/** Who calls an API. */
export type Caller = {
  id?: string;
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
  return {
    ...(id && { id }),
    name: plugin ?? service?.name ?? usernameOf(options, claims) ?? id ?? tokenType,
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

function usernameOf({ state }: EntitiesOptions, { sub }: Claims): string | undefined {
  for (const { id, username } of state.users.values()) if (id === sub) return username;
  return undefined;
}
