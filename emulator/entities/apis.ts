import { createAlert, isOpenAlert, updateAlert } from './alerts.ts';
import { activateCertificate, generateCertificate, revokeCertificate } from './certificates.ts';
import { startCommand, stopCommand } from './commands.ts';
import { create } from './create.ts';
import {
  getRawMeasurements,
  saveMeasurement,
  saveMeasurements,
  searchRawMeasurements,
} from './measurements.ts';
import type { Operation } from './operation.ts';
import { findChild, type Parent, parents } from './parent.ts';
import {
  checkTemplate,
  get,
  getSelf,
  getSelfOfAnyType,
  search,
  searchOfTemplate,
  searchOpen,
} from './read.ts';
import { remove } from './remove.ts';
import { controlSession, createSession, isOpenSession, startSession, updateSession } from './sessions.ts';
import { update } from './update.ts';
import { createOrganization, updateAdministrator, updateEnabledState } from './users.ts';

/** An API: its apiId is `METHOD/path`, with the variables of the path in braces. */
export type Api = { method: string; path: string; entityTypeName: string; run: Operation };

type Operations = Record<string, Operation>;

/** APIs of one entity type, by `METHOD /path` under `base`. */
const apisOf = (entityTypeName: string, base: string, operations: Operations): Api[] =>
  Object.entries(operations).map(([call, run]) => {
    const [method = '', path = ''] = call.split(' ');
    return { method, path: base + path, entityTypeName, run };
  });

const crud: Operations = {
  'GET ': search,
  'POST ': create,
  'POST /templates/{templateName}': create,
  'GET /{id}': get,
  'PATCH /{id}': update,
  'DELETE /{id}': remove,
};

const user: Operations = {
  ...crud,
  'GET /self': getSelf,
  'POST /{id}/enabled-state/{state}': updateEnabledState,
};

const ofParent =
  (parent: Parent, operation: Operation): Operation =>
  (context) => {
    findChild(context, parent);
    return operation(context);
  };

/** Get and delete of what is under its parent in the path. */
const child = (path: string, parent: Parent): Operations => ({
  [`GET ${path}/{id}`]: ofParent(parent, get),
  [`DELETE ${path}/{id}`]: ofParent(parent, remove),
});

function alerts(parent: Parent): Operations {
  const path = `/{${parent.variable}}/alerts`;
  return {
    'GET /alerts': search,
    'GET /current/alerts': searchOpen(parent, { attribute: '_alerts', isOpen: isOpenAlert }),
    [`POST ${path}`]: createAlert(parent),
    [`POST ${path}/{templateName}`]: createAlert(parent),
    [`PATCH ${path}/{id}`]: updateAlert(parent),
    ...child(path, parent),
  };
}

const SESSIONS = '/{deviceId}/usage-sessions';
const COMMANDS = '/{deviceId}/commands';

/** Every API of an entity that the local BioT has. To have another, add a row, and its type to entityTypes.ts if it is new. */
export const apis: Api[] = [
  ...apisOf('patient', '/organization/v1/users/patients', user),
  ...apisOf('caregiver', '/organization/v1/users/caregivers', user),
  ...apisOf('organization-user', '/organization/v1/users/organizations', user),
  ...apisOf('organization-user', '/organization/v1/users', { 'GET /self': getSelfOfAnyType }),
  ...apisOf('organization', '/organization/v1/organizations', {
    ...crud,
    'POST ': createOrganization,
    'POST /templates/{templateName}': createOrganization,
    'POST /admin/{newAdminId}': updateAdministrator,
  }),
  ...apisOf('registration-code', '/organization/v1/registration-codes', crud),
  ...apisOf('patient-alert', '/organization/v1/users/patients', alerts(parents['patient-alert'])),
  ...apisOf('device', '/device/v2/devices', {
    ...crud,
    'POST /{id}/certificate': generateCertificate,
    'DELETE /{id}/certificate': revokeCertificate,
    'POST /{id}/certificate/activate': activateCertificate,
  }),
  ...apisOf('device-alert', '/device/v1/devices', alerts(parents['device-alert'])),
  ...apisOf('usage-session', '/device/v1/devices', {
    'GET /usage-sessions': search,
    'GET /current/usage-sessions': searchOpen(parents['usage-session'], {
      attribute: '_sessions',
      isOpen: isOpenSession,
    }),
    [`POST ${SESSIONS}`]: createSession,
    [`POST ${SESSIONS}/usage-type/{usageType}`]: createSession,
    [`POST ${SESSIONS}/remote-control/start`]: startSession,
    [`POST ${SESSIONS}/{id}/remote-control/pause`]: controlSession('pause'),
    [`POST ${SESSIONS}/{id}/remote-control/resume`]: controlSession('resume'),
    [`POST ${SESSIONS}/{id}/remote-control/stop`]: controlSession('stop'),
    [`PATCH ${SESSIONS}/{id}`]: updateSession,
    ...child(SESSIONS, parents['usage-session']),
  }),
  ...apisOf('command', '/device/v1/devices', {
    'GET /commands': search,
    [`POST ${COMMANDS}/start`]: startCommand,
    [`POST ${COMMANDS}/{templateName}/start`]: startCommand,
    [`POST ${COMMANDS}/{id}/stop`]: stopCommand,
    ...child(COMMANDS, parents.command),
  }),
  ...apisOf('generic-entity', '/generic-entity/v1/generic-entities', crud),
  ...apisOf('generic-entity', '/generic-entity/v3/generic-entities/{templateName}', {
    'GET ': searchOfTemplate,
    'POST ': create,
    'GET /{id}': checkTemplate(get),
    'PATCH /{id}': checkTemplate(update),
    'DELETE /{id}': checkTemplate(remove),
  }),
  ...apisOf('measurement', '/measurement', {
    'POST /v1/measurements': saveMeasurement,
    'POST /v1/measurements/bulk': saveMeasurements,
    'GET /v1/measurements/raw': getRawMeasurements,
    'GET /v2/measurements/raw': searchRawMeasurements,
  }),
];
