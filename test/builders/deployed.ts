import type { Plugin } from '../../deploy/pluginApi.ts';
import type { PluginFile } from '../../deploy/pluginFile.ts';
import { toReleasedConfig } from '../../deploy/releasedConfig.ts';
import type { Release } from '../../deploy/releases.ts';

/** A plugin.json that says the least. */
export const pluginFile = (fields: Record<string, unknown> = {}): PluginFile => ({
  name: 'hello',
  displayName: 'Hello',
  version: 1,
  deploymentPackageType: 'IMAGE',
  ...fields,
});

/** An image as BioT returns it, with the platform's defaults; in version 3. */
export const deployed = (fields: Record<string, unknown> = {}): Plugin => ({
  name: 'hello',
  displayName: 'Hello',
  version: 3,
  deploymentPackageType: 'IMAGE',
  runtime: null,
  handler: null,
  timeout: 60,
  memorySize: 128,
  ephemeralStorage: 512,
  environmentVariables: {},
  subscriptions: { interceptionOrder: 1, interceptions: [], notifications: [] },
  enabledState: 'ENABLED',
  analyticsDbAccess: false,
  cors: {
    allowOrigins: ['*'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization', 'content-type'],
    exposeHeaders: [],
  },
  endpointUrl: 'https://hello.lambda-url.test/',
  linkToConsole: 'https://console.test/hello',
  creationTime: '2026-01-01T00:00:00.000Z',
  lastModifiedTime: '2026-01-02T00:00:00.000Z',
  ...fields,
});

/** What the ledger has of version 3, deployed with these fields in plugin.json. */
export const released = (fields: Record<string, unknown> = {}): Release => ({
  baseUrl: 'https://api.test',
  plugin: 'hello',
  version: 3,
  deploymentPackageType: 'IMAGE',
  imageTag: '1767312000000',
  digest: `sha256:${'a'.repeat(64)}`,
  contentHash: 'b'.repeat(64),
  config: toReleasedConfig(pluginFile(fields)),
  pluginCreatedAt: '2026-01-01T00:00:00.000Z',
  createdAt: '2026-01-02T00:00:00.000Z',
});
