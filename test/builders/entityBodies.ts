import { type Json, ORGANIZATION_ID } from './emulator.ts';

let count = 0;

/** A text that no other call of this file got. */
export const unique = (prefix: string): string => `${prefix}-${++count}`;

const owner = { _ownerOrganization: { id: ORGANIZATION_ID } };
const person = { _name: { firstName: 'First', lastName: 'Last' }, ...owner };

/** Where an entity type's API is, what makes a new one (without a template), and what its PATCH is sent. */
export type Entry = {
  path: string;
  template: string;
  body(): Json;
  patch: Json;
  notFoundCode: string;
};

export const entries: Record<string, Entry> = {
  patient: {
    path: '/organization/v1/users/patients',
    template: 'Patient',
    body: () => person,
    patch: { _description: 'changed' },
    notFoundCode: 'USER_NOT_FOUND',
  },
  caregiver: {
    path: '/organization/v1/users/caregivers',
    template: 'Caregiver',
    body: () => ({ ...person, _employeeId: unique('employee') }),
    patch: { _degree: 'OTHER' },
    notFoundCode: 'USER_NOT_FOUND',
  },
  'organization-user': {
    path: '/organization/v1/users/organizations',
    template: 'OrganizationUser',
    body: () => ({ ...person, _employeeId: unique('employee') }),
    patch: { _description: 'changed' },
    notFoundCode: 'USER_NOT_FOUND',
  },
  organization: {
    path: '/organization/v1/organizations',
    template: 'Organization',
    body: () => ({
      _name: unique('Clinic'),
      _primaryAdministrator: { _name: person._name, _employeeId: unique('employee') },
    }),
    patch: { _description: 'changed' },
    notFoundCode: 'ORGANIZATION_NOT_FOUND',
  },
  'registration-code': {
    path: '/organization/v1/registration-codes',
    template: 'RegistrationCode',
    body: () => ({ _code: unique('code'), ...owner }),
    patch: { _code: 'changed' },
    notFoundCode: 'REGISTRATION_CODE_NOT_FOUND',
  },
  device: {
    path: '/device/v2/devices',
    template: 'DeviceType1',
    body: () => ({ _id: unique('device') }),
    patch: { _description: 'changed' },
    notFoundCode: 'DEVICE_NOT_FOUND',
  },
  'generic-entity': {
    path: '/generic-entity/v1/generic-entities',
    template: 'GenericEntity',
    body: () => ({ _name: unique('thing'), ...owner }),
    patch: { _name: 'changed' },
    notFoundCode: 'GENERIC_ENTITY_NOT_FOUND',
  },
};

export const ALERTS = {
  'patient-alert': { parent: 'patient', path: '/organization/v1/users/patients', template: 'PatientAlert' },
  'device-alert': { parent: 'device', path: '/device/v1/devices', template: 'DeviceAlert' },
} as const;
