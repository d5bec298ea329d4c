import type { KeyObject } from 'node:crypto';

export const ORGANIZATION_ID = '00000000-0000-0000-0000-000000000000';

export type Entity = Record<string, unknown>;

/** A person who may log in to the local BioT. */
export type User = { id: string; username: string; password: string };

/** What a deployed plugin calls BioT as. */
export type ServiceUser = { id: string; secretKey: string; pluginName: string };

/** Temporary AWS credentials, as the plugin API hands them out. `expiration` is ISO 8601. */
export type TempCredentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: string;
};

export type PluginInterception = {
  type: InterceptionType;
  apiId?: string;
  entityTypeName?: string;
  order?: number;
};

export type PluginNotification = { entityTypeName: string; actionName: string; templateName?: string };

/** A plugin as the plugin API returns it, but for its dates and addresses. Units: seconds and MB. */
export type PluginConfig = {
  name: string;
  displayName: string;
  version: number;
  runtime: string | null;
  handler: string | null;
  timeout: number;
  memorySize: number;
  ephemeralStorage: number;
  environmentVariables: Record<string, string>;
  subscriptions: {
    interceptionOrder: number;
    interceptions: PluginInterception[];
    notifications: PluginNotification[];
  };
  enabledState: 'ENABLED' | 'DISABLED';
  cronSchedule?: string;
  deploymentPackageType: 'IMAGE' | 'ZIP';
  analyticsDbAccess: boolean;
  cors: Record<'allowOrigins' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders', string[]>;
};

/** What runs: an image by its digest (`repository@sha256:…`), or the bytes of a ZIP. */
export type PluginCode = { kind: 'IMAGE'; reference: string } | { kind: 'ZIP'; zip: Buffer };

export type Plugin = {
  config: PluginConfig;
  code: PluginCode;
  serviceUser: ServiceUser;
  /** Identifies the function URL; 32 characters. */
  urlId: string;
  creationTime: string;
  lastModifiedTime: string;
};

export type InterceptionType = 'PRE_REQUEST' | 'ADAPT_ENTITY' | 'POST_REQUEST';

/** A hook: whom to call when. `endpoint` is an absolute URL. */
export type Subscription = { id: string; pluginName: string; endpoint: string } & (
  | { kind: 'interception'; type: InterceptionType; apiId?: string; entityName?: string; order: number }
  | { kind: 'notification'; entityTypeName: string; actionName: string; templateName?: string }
);

/** All that the local BioT remembers; the only mutable thing in it. */
export type State = {
  signingKey: { privateKey: KeyObject; publicKey: KeyObject };
  user: User;
  serviceUsers: Map<string, ServiceUser>;
  plugins: Map<string, Plugin>;
  subscriptions: Subscription[];
  /** Entity type name → id → entity. */
  entities: Map<string, Map<string, Entity>>;
  /** By access key id. */
  tempCredentials: Map<string, TempCredentials>;
};

export function createState(signingKey: State['signingKey'], user: User): State {
  return {
    signingKey,
    user,
    serviceUsers: new Map(),
    plugins: new Map(),
    subscriptions: [],
    entities: new Map(),
    tempCredentials: new Map(),
  };
}
