import type { FastifyPluginAsync } from 'fastify';
import { type ClockRoutesOptions, clockRoutes } from './clock.ts';
import { type FaultRoutesOptions, faultRoutes } from './faults.ts';
import { type KeyRoutesOptions, keyRoutes } from './keys.ts';
import { type UserRoutesOptions, userRoutes } from './users.ts';

export type LabOptions = ClockRoutesOptions & FaultRoutesOptions & KeyRoutesOptions & UserRoutesOptions;

/** What makes something happen that otherwise takes long, or bad luck. */
export const lab: FastifyPluginAsync<LabOptions> = async (app, options) => {
  await app.register(clockRoutes, options);
  await app.register(faultRoutes, options);
  await app.register(keyRoutes, options);
  await app.register(userRoutes, options);
};
