import type { FastifyRequest } from 'fastify';
import { BiotError } from '../biotError.ts';

/** Lets only callers through whose token has the permission. */
export type Permit = (permission: string) => (request: Pick<FastifyRequest, 'headers'>) => Promise<void>;

export const createPermit =
  (verifyToken: (authorization: string | undefined) => { scopes: string[] }): Permit =>
  (permission) =>
  async ({ headers }) => {
    const { scopes } = verifyToken(headers.authorization);
    if (!scopes.includes(permission))
      throw new BiotError({ status: 403, code: 'ACCESS_DENIED', message: 'Access denied' });
  };
