import type { Rule } from './attributeRules.ts';

const text: Rule = { kind: 'text' };
const flag: Rule = { kind: 'flag' };
const time: Rule = { kind: 'time' };
const select = (...values: string[]): Rule => ({ kind: 'select', values });
const reference = (to: string): Rule => ({ kind: 'reference', to });
const name: Rule = { kind: 'text', min: 1, max: 32 };
const phone: Rule = { kind: 'text', pattern: /^\+[1-9]\d{1,14}$/ };
const description: Rule = { kind: 'text', max: 5000 };

const address: Rule = {
  kind: 'object',
  mandatory: ['countryCode'],
  attributes: { countryCode: text, state: text, city: text, zipCode: text, address1: text, address2: text },
};

const ownerOrganization = { _ownerOrganization: reference('organization') };

/** What may be sent of a person, whatever they are in BioT. */
const person: Record<string, Rule> = {
  _name: {
    kind: 'object',
    mandatory: ['firstName', 'lastName'],
    attributes: { firstName: text, lastName: text },
  },
  _description: description,
  _email: { kind: 'text', pattern: /^[^@\s]+@[^@\s]+$/ },
  _phone: phone,
  _locale: { kind: 'locale' },
  _gender: select('MALE', 'FEMALE', 'UNDISCLOSED'),
  _dateOfBirth: time,
  _address: address,
  _mfa: {
    kind: 'object',
    mandatory: ['enabled'],
    attributes: { enabled: flag, expirationInMinutes: { kind: 'number', min: 1, max: 1440 } },
  },
  _credentialType: select('PASSWORD', 'OTP'),
  _username: text,
  ...ownerOrganization,
};

const alert: Record<string, Rule> = {
  _name: { kind: 'text', min: 1, max: 64 },
  _state: select('ACTIVE', 'CLEARED', 'SUSPENDED'),
  _severity: select('CRITICAL', 'MAJOR', 'MINOR', 'INFO'),
  _clearNotes: { kind: 'text', max: 1000 },
};

const DEGREES = [
  ...['MEDICAL_DOCTOR', 'DOCTOR_OF_OSTEOPATHY', 'PHYSICIAN_ASSISTANT', 'REGISTERED_NURSE'],
  ...['CLINICAL_NURSE_SPECIALISTS', 'NURSE_PRACTITIONER', 'LICENSED_PRACTICAL_NURSE'],
  ...['MEDICAL_ASSISTANT', 'NO_DEGREE', 'OTHER'],
];

const SESSION_STATES = ['ACTIVE', 'DONE', 'PAUSED', 'ACTIVATING', 'PAUSING', 'RESUMING', 'STOPPING'];

/** The built-in attributes that a caller may set, by entity type, and what BioT's schema says of their values. */
export const attributes: Record<string, Record<string, Rule>> = {
  patient: {
    ...person,
    _additionalPhone: phone,
    _nationalId: { kind: 'text', min: 1, max: 50 },
    _canLogin: flag,
    _nickname: text,
    _caregiver: reference('caregiver'),
  },
  caregiver: { ...person, _employeeId: text, _degree: select(...DEGREES) },
  'organization-user': { ...person, _employeeId: text },
  organization: {
    _name: name,
    _description: description,
    _headquarters: address,
    _phone: phone,
    _timezone: { kind: 'timezone' },
    _locale: { kind: 'locale' },
  },
  device: {
    _description: description,
    _timezone: { kind: 'timezone' },
    _configuration: { kind: 'object' },
    _patient: reference('patient'),
    _registrationCode: reference('registration-code'),
    ...ownerOrganization,
  },
  'generic-entity': { _name: name, ...ownerOrganization },
  'registration-code': { _code: { kind: 'text', max: 128 }, ...ownerOrganization },
  'patient-alert': alert,
  'device-alert': alert,
  'usage-session': {
    _name: text,
    _startTime: time,
    _endTime: time,
    _state: select(...SESSION_STATES),
    _configuration: { kind: 'object' },
    _summary: {
      kind: 'object',
      attributes: {
        _stopReason: { kind: 'text', max: 128 },
        _stopReasonCode: select('COMPLETION', 'GENERAL_DEVICE_ERROR', 'TIMEOUT'),
      },
    },
    _patient: reference('patient'),
  },
  command: { _configuration: { kind: 'object' } },
};
