import type { FastifyInstance } from 'fastify';

const PREFIXES = [
  '/ums',
  '/settings',
  '/dispatcher',
  '/organization',
  '/device',
  '/generic-entity',
  '/measurement',
  '/file',
];

/** What tells that a service is there, without a token. The versions are made up, as there is no such service here. */
export function addHealthChecks(app: FastifyInstance): void {
  for (const prefix of PREFIXES) {
    app.get(`${prefix}/system/healthCheck`, async ({ traceId }) => ({
      version: '0.0.0-local',
      springVersion: '0.0.0-local',
      traceId,
    }));
  }
}
