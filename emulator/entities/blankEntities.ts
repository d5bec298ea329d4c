import type { Entity } from '../state.ts';

const person: Entity = {
  _description: null,
  _email: null,
  _phone: null,
  _locale: 'en_US',
  _gender: null,
  _dateOfBirth: null,
  _address: null,
  _mfa: { enabled: false, expirationInMinutes: null },
  _invitationAccepted: false,
  _referencers: null,
  _enabled: 'ENABLED',
};

const alert: Entity = {
  _name: null,
  _state: 'ACTIVE',
  _severity: 'INFO',
  _clearNotes: null,
  _clearDateTime: null,
  _clearTrigger: null,
  _clearedBy: null,
  _referencers: null,
};

/**
 * What BioT answers of an entity of which nothing was sent, by entity type: what has no value is there as null. Its id,
 * times, template, owner and caption come to it when it is made.
 */
export const blankEntities: Record<string, Entity> = {
  patient: {
    ...person,
    _additionalPhone: null,
    _nationalId: null,
    _caregiver: null,
    _username: null,
    _registrationSource: null,
    _canLogin: true,
  },
  caregiver: { ...person, _employeeId: null, _degree: null },
  'organization-user': { ...person, _employeeId: null },
  organization: {
    _description: null,
    _headquarters: null,
    _phone: null,
    _timezone: 'Europe/London',
    _locale: 'en_US',
    _primaryAdministrator: null,
    _referencers: null,
  },
  device: {
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
  },
  'generic-entity': { _referencers: null },
  'registration-code': { _referencers: null },
  'patient-alert': alert,
  'device-alert': alert,
  'usage-session': {
    _endTime: null,
    _initiator: 'EXTERNAL',
    _requiredMeasurementIntervalMilliseconds: 1000,
    _configuration: {},
    _summary: { _stopReason: null, _stopReasonCode: null },
    _referencers: null,
  },
  command: {
    _endTime: null,
    _state: 'IN_PROGRESS',
    _errorMessage: null,
    _supportStop: true,
    _timeoutInSeconds: 60,
    _configuration: {},
    _summary: {},
    _status: {},
    _referencers: null,
  },
};
