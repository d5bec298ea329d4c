/** What BioT publishes about its hooks: the APIs that can be intercepted, the entities and actions it tells of. */

/** An API that can be intercepted; `apiId` is like `GET/organization/v1/users/patients/{id}`. */
export type InterceptableApi = { apiId: string; entityTypeName: string; servicePrefix: string };

/** Methods, `METHOD[ METHOD…] path` under the service, each of them an API of this entity type. */
type Row = [entityTypeName: string, ...apis: string[]];

const COLLECTION = 'GET POST';
const ONE = 'GET PATCH DELETE';

const crud = (path: string): string[] => [`${COLLECTION} ${path}`, `${ONE} ${path}/{id}`];

const userApis = (path: string): string[] => [
  ...crud(path),
  `POST ${path}/{id}/enabled-state/{state}`,
  `GET ${path}/self`,
];

/** Alerts of an entity at `path`, whose id the API calls `{patientId}` or `{deviceId}`. */
const alertApis = (path: string, id: string): string[] => [
  `GET ${path}/alerts`,
  `GET ${path}/current/alerts`,
  `POST ${path}/{${id}}/alerts`,
  `POST ${path}/{${id}}/alerts/{templateName}`,
  `${ONE} ${path}/{${id}}/alerts/{id}`,
];

const SESSIONS = '/v1/devices/{deviceId}/usage-sessions';
const COMMANDS = '/v1/devices/{deviceId}/commands';
const PATIENTS = '/v1/users/patients';

/** As last published in full, by service. */
const published: Record<string, Row[]> = {
  organization: [
    ['patient', ...userApis(PATIENTS)],
    ['caregiver', ...userApis('/v1/users/caregivers')],
    [
      'organization-user',
      ...userApis('/v1/users/organizations'),
      'GET /v1/users/self',
      'POST /v1/invitations/{userId}',
    ],
    [
      'organization',
      ...crud('/v1/organizations'),
      'POST /v1/organizations/first',
      'POST /v1/organizations/admin/{newAdminId}',
    ],
    ['patient-alert', ...alertApis(PATIENTS, 'patientId')],
  ],
  device: [
    [
      'device',
      ...crud('/v2/devices'),
      'POST /v2/devices/phi',
      'POST DELETE /v2/devices/{id}/certificate',
      'POST /v2/devices/{id}/certificate/activate',
      'GET /v2/devices/{id}/connection/details',
      'GET /v2/devices/{id}/mqtt-credentials',
      'GET /v2/credentials',
      'GET /v2/credentials/organization',
      'GET /v2/credentials/logger',
      'GET /v1/endpoint',
    ],
    [
      'usage-session',
      'GET /v1/devices/usage-sessions',
      'GET /v1/devices/current/usage-sessions',
      `POST ${SESSIONS}`,
      `POST ${SESSIONS}/usage-type/{usageType}`,
      `${ONE} ${SESSIONS}/{id}`,
      `POST ${SESSIONS}/remote-control/start`,
      ...['pause', 'resume', 'stop'].map((step) => `POST ${SESSIONS}/{id}/remote-control/${step}`),
    ],
    [
      'command',
      'GET /v1/devices/commands',
      `POST ${COMMANDS}/start`,
      `POST ${COMMANDS}/{templateName}/start`,
      `POST ${COMMANDS}/{id}/stop`,
      `GET DELETE ${COMMANDS}/{id}`,
    ],
    ['device-alert', ...alertApis('/v1/devices', 'deviceId')],
  ],
  'generic-entity': [['generic-entity', ...crud('/v1/generic-entities')]],
  measurement: [
    [
      'measurement',
      'POST /v1/measurements',
      ...['raw', 'aggregated', 'last'].map((kind) => `GET /v1/measurements/${kind}`),
      'GET /v2/measurements/raw',
    ],
  ],
  dms: [
    ['report', 'POST /v1/data/reports/export', 'GET /v1/data/reports', 'GET DELETE /v1/data/reports/{id}'],
  ],
  file: [['file', 'GET /v1/files/{id}/download']],
};

const byTemplate = (path: string): string => `POST ${path}/templates/{templateName}`;

/** APIs that came later than that list. That they can be intercepted is assumed. */
const later: Record<string, Row[]> = {
  organization: [
    ['patient', byTemplate(PATIENTS)],
    ['caregiver', byTemplate('/v1/users/caregivers')],
    ['organization-user', byTemplate('/v1/users/organizations')],
    ['organization', byTemplate('/v1/organizations')],
    ['registration-code', ...crud('/v1/registration-codes'), byTemplate('/v1/registration-codes')],
  ],
  device: [['device', byTemplate('/v2/devices')]],
  'generic-entity': [
    ['generic-entity', byTemplate('/v1/generic-entities'), ...crud('/v3/generic-entities/{templateName}')],
  ],
};

const healthChecks: Record<string, Row[]> = Object.fromEntries(
  Object.keys(published).map((service) => [service, [['system', 'GET /system/healthCheck']]]),
);

/** Every API that can be intercepted. What BioT prints as `servicePrefix` is not published: the path's first part here. */
export const interceptableApis: InterceptableApi[] = [published, later, healthChecks].flatMap((services) =>
  Object.entries(services).flatMap(([servicePrefix, rows]) =>
    rows.flatMap((row) => toApis(servicePrefix, row)),
  ),
);

function toApis(servicePrefix: string, [entityTypeName, ...apis]: Row): InterceptableApi[] {
  return apis.flatMap((api) => {
    const methods = api.split(' ');
    const path = methods.pop();
    return methods.map((method) => ({
      apiId: `${method}/${servicePrefix}${path}`,
      entityTypeName,
      servicePrefix,
    }));
  });
}

/** The entities that ADAPT_ENTITY takes. */
export const adaptableEntityTypes: string[] = [
  'usage-session',
  'generic-entity',
  'caregiver',
  'patient',
  'organization-user',
  'organization',
  'device',
  'command',
  'device-alert',
  'patient-alert',
];

const USER_ACTIONS = '_create _delete _incomingSms _login _logout _update _updateEnabledState';
const CHANGES = '_create _delete _update';

/** Which actions BioT tells of, by entity type, as subscriptions name them. */
export const notifiableActions: Record<string, string[]> = Object.fromEntries(
  Object.entries({
    caregiver: USER_ACTIONS,
    command: `${CHANGES} _start _stop`,
    device: `${CHANGES} _activateCertificate _command _generateCertificate _revokeCertificate`,
    'device-alert': `${CHANGES} _clear`,
    'generic-entity': CHANGES,
    organization: `${CHANGES} _updateAdmin`,
    'organization-user': USER_ACTIONS,
    patient: `${USER_ACTIONS} _saveMeasurement _saveMeasurementBulk`,
    'patient-alert': `${CHANGES} _clear`,
    'registration-code': CHANGES,
    'usage-session': `${CHANGES} _remotePause _remoteResume _remoteStart _remoteStop`,
  }).map(([entityTypeName, actions]) => [entityTypeName, actions.split(' ').sort()]),
);

/** All entity types and actions that a subscription may name; which of them fit together is not checked by either. */
export const entityTypeNames: string[] = Object.keys(notifiableActions);

export const actionNames: string[] = [
  ...['_create', '_update', '_delete', '_list', '_command'],
  ...['_generateCertificate', '_activateCertificate', '_revokeCertificate'],
  ...['_operate', '_read', '_start', '_stop'],
  ...['_remoteStart', '_remoteStop', '_remoteResume', '_remotePause'],
  ...['_updateAdmin', '_updateEnabledState', '_login', '_logout', '_clear', '_manage', '_assign'],
  ...['_saveMeasurement', '_monitor', '_view', '_saveMeasurementBulk', '_incomingSms'],
];

/** `usage-session` → `Usage Session`, `_updateAdmin` → `Update Admin`. */
export function toDisplayName(name: string): string {
  const words = name
    .replace(/^_/, '')
    .replaceAll(/([A-Z])/g, ' $1')
    .split(/[- ]/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
