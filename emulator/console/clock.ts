import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../clock.ts';
import { refuseBecause } from './parseFault.ts';

export type ClockRoutesOptions = { clock: Clock };

/** The local BioT's time, and how to move it forward: tokens run out, schedules come due. */
export const clockRoutes: FastifyPluginAsync<ClockRoutesOptions> = async (app, { clock }) => {
  const tell = () => ({ now: clock.now().toISOString() });
  app.get('/emulator/clock', async () => tell());
  app.post<{ Body: { advanceSeconds?: unknown } | null }>('/emulator/clock', async (request) => {
    const seconds = request.body?.advanceSeconds;
    if (typeof seconds !== 'number' || seconds < 0 || seconds > MAX_SECONDS)
      throw refuseBecause(`advanceSeconds must be a number from 0 to ${MAX_SECONDS}: time does not go back`);
    clock.advance(seconds * 1000);
    return tell();
  });
};

const MAX_SECONDS = 10 * 365 * 24 * 60 * 60;
