import { randomUUID } from 'node:crypto';
import { BiotError } from '../biotError.ts';
import { type Entity, ORGANIZATION_ID } from '../state.ts';

/** An entity type: its name in hooks, where its API is, and what is its own in a new entity. */
export type EntityType = {
  name: string;
  /** Path of create and search; a single entity is at `<path>/{id}`. */
  path: string;
  notFoundCode: string;
  template: { id: string; name: string; displayName: string };
  mandatory: string[];
  /** The attributes that BioT fills in, given what the caller sent. */
  defaults(body: Entity): Entity;
};

const nameOf = ({ _name }: Entity): { firstName?: unknown; lastName?: unknown } =>
  typeof _name === 'object' && _name !== null ? _name : {};

const patientDefaults = (body: Entity): Entity => {
  const { firstName, lastName } = nameOf(body);
  return {
    _description: null,
    _email: null,
    _phone: null,
    _locale: 'en_US',
    _gender: null,
    _dateOfBirth: null,
    _address: null,
    _mfa: { enabled: false, expirationInMinutes: null },
    _additionalPhone: null,
    _nationalId: null,
    _id: randomUUID(),
    _caregiver: null,
    _invitationAccepted: false,
    _referencers: null,
    _enabled: 'ENABLED',
    _caption: `${lastName ?? ''} ${firstName ?? ''}`.trim(),
    _username: null,
    _registrationSource: null,
    _canLogin: true,
  };
};

const deviceDefaults = (body: Entity): Entity => ({
  _description: null,
  _timezone: 'Europe/London',
  _referencers: null,
  _configuration: {},
  _status: {
    _certificateStatus: 'NOT_INSTALLED',
    _connection: { _connected: false, _ipAddress: null, _lastConnectedTime: null },
    _fwVersion: null,
    _hwVersion: null,
    _bootTime: null,
    _operational: null,
  },
  _patient: null,
  _registrationCode: null,
  _caption: body._id,
});

/** One row an entity type. To emulate another, add a row. */
export const entityTypes: EntityType[] = [
  {
    name: 'patient',
    path: '/organization/v1/users/patients',
    notFoundCode: 'USER_NOT_FOUND',
    template: { id: '11111111-0000-4000-8000-000000000001', name: 'Patient', displayName: 'Patient' },
    mandatory: ['_name', '_ownerOrganization', '_templateId'],
    defaults: patientDefaults,
  },
  {
    name: 'device',
    path: '/device/v2/devices',
    notFoundCode: 'DEVICE_NOT_FOUND',
    template: {
      id: '11111111-0000-4000-8000-000000000002',
      name: 'DeviceType1',
      displayName: 'Device Type 1',
    },
    mandatory: ['_id', '_templateId'],
    defaults: deviceDefaults,
  },
];

/** @throws BiotError 400 ATTRIBUTE_IS_MANDATORY */
export function toNewEntity(type: EntityType, body: Entity, now: Date): Entity {
  const missing = type.mandatory.find((name) => body[name] === undefined || body[name] === null);
  if (missing) {
    throw new BiotError({
      status: 400,
      code: 'ATTRIBUTE_IS_MANDATORY',
      message: `Attribute [${missing}] is mandatory`,
      details: { attributeName: missing },
    });
  }
  const { _templateId, ...attributes } = body;
  return {
    _ownerOrganization: { id: ORGANIZATION_ID, name: 'Local', templateId: null, parentEntityId: null },
    ...type.defaults(body),
    ...attributes,
    _template: type.template,
    _creationTime: now.toISOString(),
    _lastModifiedTime: now.toISOString(),
  };
}
