import type { Store } from './store.ts';

export const ORGANIZATION_ID = '00000000-0000-0000-0000-000000000000';

export type Entity = Record<string, unknown>;

/** A key pair that signs tokens, both as PEM. */
export type SigningKey = { privateKey: string; publicKey: string };

/** A person who may log in to the local BioT. `entityTypeName` and `entityId` when a patient's or the like's own. */
export type User = {
  id: string;
  username: string;
  password: string;
  isLocked?: boolean;
  /** ISO 8601; with `isLocked` only, and absent when it stays locked until somebody unlocks it. */
  lockedUntil?: string;
  /** Wrong passwords in a row. */
  failedLogins?: number;
  entityTypeName?: string;
  entityId?: string;
  /** When another than the one that is there from the beginning. */
  ownerOrganizationId?: string;
};

/** What a plugin, or another program, calls BioT as. `pluginName` only for a plugin's own, made and removed with it. */
export type ServiceUser = {
  id: string;
  name: string;
  type: 'INTERNAL_SERVICE' | 'EXTERNAL_SERVICE';
  secretKeys: { id: string; creationTime: string; secretKey: string }[];
  pluginName?: string;
  isLocked?: boolean;
  /** False for one that must not log in. */
  active?: boolean;
  roleId?: string;
  ownerOrganizationId?: string;
  creationTime?: string;
  accessTokenExpirationInMinutes?: number;
};

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

/** What runs: an image by its manifest's digest, or a ZIP by the digest of its bytes (both `sha256:…`). */
export type PluginCode = { kind: 'IMAGE' | 'ZIP'; digest: string };

export type Plugin = {
  config: PluginConfig;
  code: PluginCode;
  serviceUserId: string;
  /** Identifies the function URL; 32 characters. */
  urlId: string;
  creationTime: string;
  lastModifiedTime: string;
};

export type InterceptionType = 'PRE_REQUEST' | 'ADAPT_ENTITY' | 'POST_REQUEST';

/** A hook: whom to call when. `endpoint` is an absolute URL; `pluginName` only for a deployed plugin's. */
export type Subscription = {
  id: string;
  pluginName?: string;
  endpoint: string;
  creationTime: string;
  lastModifiedTime: string;
} & (
  | {
      kind: 'interception';
      type: InterceptionType;
      apiId?: string;
      entityName?: string;
      /** Only calls with these values in their path, like `{ templateName: 'device-log-file' }`. */
      pathFilters?: Record<string, string>;
      executionOrder: number;
    }
  | { kind: 'notification'; entityTypeName: string; actionName: string; templateName?: string }
);

/** A template of BioT's console: what entities of a type are made after. */
export type Template = { id: string; name: string; displayName: string; entityTypeName: string };

/** All that the local BioT remembers; the only mutable thing in it. Values are replaced, never changed in place. */
export type State = {
  /** `current`, and `previous` after a rotation. */
  signingKeys: Map<string, SigningKey>;
  /** By username. */
  users: Map<string, User>;
  serviceUsers: Map<string, ServiceUser>;
  /** Refresh tokens that somebody logged out with, by their id; when they end anyway, in seconds. */
  endedSessions: Map<string, number>;
  plugins: Map<string, Plugin>;
  /** The bytes of ZIP plugins by digest. */
  zips: Map<string, Buffer>;
  subscriptions: Map<string, Subscription>;
  /** The entities of a type by id. */
  entitiesOf(typeName: string): Map<string, Entity>;
  /** By id. */
  templates: Map<string, Template>;
  /** Who has an email or a username, which nobody else may have: `_email a@example.com` → id. */
  takenNames: Map<string, string>;
  /** By access key id. */
  tempCredentials: Map<string, TempCredentials>;
  /** Small things that must outlive a restart: how far the clock was moved, the registry's password. */
  kept: Map<string, unknown>;
  transaction: Store['transaction'];
};

export function createState(store: Store): State {
  return {
    signingKeys: store.table('signingKeys'),
    users: store.table('users'),
    serviceUsers: store.table('serviceUsers'),
    endedSessions: store.table('endedSessions'),
    plugins: store.table('plugins'),
    zips: store.files('zips'),
    subscriptions: store.table('subscriptions'),
    entitiesOf: (typeName) => store.table(`entities/${typeName}`),
    templates: store.table('templates'),
    takenNames: store.table('takenNames'),
    tempCredentials: store.table('tempCredentials'),
    kept: store.table('kept'),
    transaction: store.transaction,
  };
}
