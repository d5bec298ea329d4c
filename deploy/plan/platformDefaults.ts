/**
 * What a plugin has of which nobody has said anything, by BioT's documentation. The time limit is not here: its text
 * says 3 s and its schema 60.
 */
export const platformDefaults: Record<string, unknown> = {
  handler: 'index.handler',
  memorySize: 128,
  ephemeralStorage: 512,
  enabledState: 'ENABLED',
  analyticsDbAccess: false,
};

export const DEFAULT_INTERCEPTION_ORDER = 1;

export const corsDefaults = {
  allowOrigins: ['*'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type'],
  exposeHeaders: [],
} as const satisfies Record<string, readonly string[]>;
