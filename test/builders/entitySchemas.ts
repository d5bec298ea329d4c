const ID = { type: 'string', format: 'uuid' };
const TEXT = { type: ['string', 'null'] };
const TIME = { type: 'string', format: 'date-time' };
const MAYBE_TIME = { type: ['string', 'null'], format: 'date-time' };
const OBJECT = { type: 'object' };
const MAYBE_OBJECT = { type: ['object', 'null'] };

const template = {
  type: 'object',
  required: ['id', 'name', 'displayName'],
  additionalProperties: false,
  properties: { id: ID, name: { type: 'string' }, displayName: { type: 'string' } },
};

const REFERENCE_FIELDS = [
  'id',
  'name',
  'templateId',
  'parentEntityId',
  'templateName',
  'template',
  'organizationId',
];

const reference = {
  type: ['object', 'null'],
  required: REFERENCE_FIELDS,
  additionalProperties: false,
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    templateId: ID,
    parentEntityId: TEXT,
    templateName: { type: 'string' },
    template,
    organizationId: ID,
  },
};

const select = (...values: (string | null)[]) => ({ enum: values });

/** All built-in attributes must be there, and none that BioT does not publish; custom ones may. */
const entity = (properties: Record<string, unknown>, optional: Record<string, unknown> = {}) => {
  const all = {
    _id: ID,
    _template: template,
    _ownerOrganization: reference,
    _creationTime: TIME,
    _lastModifiedTime: TIME,
    _caption: { type: 'string' },
    _referencers: MAYBE_OBJECT,
    ...properties,
  };
  return {
    type: 'object',
    required: Object.keys(all),
    additionalProperties: false,
    patternProperties: { '^[^_]': {} },
    properties: { ...all, ...optional },
  };
};

const person = {
  _name: {
    type: 'object',
    required: ['firstName', 'lastName'],
    properties: { firstName: { type: 'string' }, lastName: { type: 'string' } },
  },
  _description: TEXT,
  _email: TEXT,
  _phone: TEXT,
  _locale: TEXT,
  _gender: select('MALE', 'FEMALE', 'UNDISCLOSED', null),
  _dateOfBirth: TEXT,
  _address: MAYBE_OBJECT,
  _mfa: { type: 'object', required: ['enabled', 'expirationInMinutes'] },
  _invitationAccepted: { type: 'boolean' },
  _enabled: select('ENABLED', 'DISABLED'),
};

const alert = {
  _name: TEXT,
  _state: select('ACTIVE', 'CLEARED', 'SUSPENDED'),
  _severity: select('CRITICAL', 'MAJOR', 'MINOR', 'INFO'),
  _clearNotes: TEXT,
  _clearDateTime: MAYBE_TIME,
  _clearTrigger: select('MANUAL', 'AUTOMATIC', null),
  _clearedBy: reference,
  _setDateTime: TIME,
};

/** What BioT answers of an entity, by entity type. */
export const entitySchemas: Record<string, { properties: Record<string, unknown> }> = {
  patient: entity({
    ...person,
    _additionalPhone: TEXT,
    _nationalId: TEXT,
    _caregiver: reference,
    _username: TEXT,
    _registrationSource: TEXT,
    _canLogin: { type: 'boolean' },
  }),
  caregiver: entity({ ...person, _employeeId: { type: 'string' }, _degree: TEXT }),
  'organization-user': entity({ ...person, _employeeId: { type: 'string' } }),
  organization: entity({
    _name: { type: 'string', minLength: 1, maxLength: 32 },
    _description: TEXT,
    _headquarters: MAYBE_OBJECT,
    _phone: TEXT,
    _timezone: TEXT,
    _locale: TEXT,
    _primaryAdministrator: reference,
  }),
  device: entity({
    _id: { type: 'string', pattern: '^[a-zA-Z0-9:_-]{1,108}$' },
    _description: TEXT,
    _timezone: TEXT,
    _configuration: OBJECT,
    _status: {
      type: 'object',
      required: [
        '_certificateStatus',
        '_connection',
        '_fwVersion',
        '_hwVersion',
        '_bootTime',
        '_operational',
      ],
      properties: { _certificateStatus: select('NOT_INSTALLED', 'BOOTSTRAP', 'PERMANENT') },
    },
    _patient: reference,
    _registrationCode: reference,
  }),
  'generic-entity': entity({ _name: { type: 'string', minLength: 1, maxLength: 32 } }),
  'registration-code': entity({ _code: { type: 'string', maxLength: 128 } }),
  'patient-alert': entity({ ...alert, _patient: reference }),
  'device-alert': entity({ ...alert, _device: reference }),
  'usage-session': entity(
    {
      _patient: reference,
      _device: reference,
      _startTime: TIME,
      _endTime: MAYBE_TIME,
      _state: select('ACTIVE', 'DONE', 'PAUSED', 'ACTIVATING', 'PAUSING', 'RESUMING', 'STOPPING'),
      _initiator: select('REMOTE_CONTROL', 'EXTERNAL'),
      _requiredMeasurementIntervalMilliseconds: { type: 'integer' },
      _configuration: OBJECT,
      _summary: OBJECT,
      _sessionContext: { type: 'string' },
    },
    { _name: { type: 'string' } },
  ),
  command: entity({
    _device: reference,
    _startTime: TIME,
    _endTime: MAYBE_TIME,
    _state: select('STARTING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'TIMEOUT', 'ABORTED'),
    _errorMessage: TEXT,
    _supportStop: { type: 'boolean' },
    _timeoutInSeconds: { type: 'integer' },
    _configuration: OBJECT,
    _summary: OBJECT,
    _status: OBJECT,
  }),
};

export const searchSchema = (items: object) => ({
  type: 'object',
  required: ['data', 'metadata'],
  additionalProperties: false,
  properties: {
    data: { type: 'array', minItems: 1, items },
    metadata: {
      type: 'object',
      required: ['sort', 'filter', 'page'],
      additionalProperties: false,
      properties: {
        sort: { type: 'array', items: { type: 'object', required: ['prop'] } },
        filter: { type: 'object' },
        page: {
          type: 'object',
          required: ['totalResults', 'page', 'limit'],
          additionalProperties: false,
          properties: {
            totalResults: { type: 'integer' },
            page: { type: 'integer' },
            limit: { type: 'integer' },
          },
        },
        freeTextSearch: { type: 'string' },
      },
    },
  },
});
