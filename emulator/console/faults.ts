import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { Faults } from '../faults.ts';
import { parseFault } from './parseFault.ts';

export type FaultRoutesOptions = { faults: Faults };

/** The failure lab: what shall go wrong, for how many calls. */
export const faultRoutes: FastifyPluginAsync<FaultRoutesOptions> = async (app, { faults }) => {
  app.get('/emulator/faults', async () => faults.list());
  app.post('/emulator/faults', async (request, reply) =>
    reply.code(201).send(faults.add(parseFault(request.body))),
  );
  app.delete('/emulator/faults', async () => ({ cleared: faults.clear() }));
  app.delete<{ Params: { id: string } }>('/emulator/faults/:id', async ({ params: { id } }) => {
    const cleared = faults.clear(id);
    if (cleared > 0) return { cleared };
    throw new BiotError({ status: 404, code: 'NOT_FOUND', message: `No fault ${id} waits for a call` });
  });
};
