import type { Clock } from '../clock.ts';
import { type Entity, ORGANIZATION_ID } from '../state.ts';
import { newEntity } from './create.ts';
import { entityTypeOf } from './entityTypes.ts';
import type { EntityState } from './operation.ts';
import { toReference } from './references.ts';
import { toSessionContext } from './sessions.ts';

const owner = { _ownerOrganization: { id: ORGANIZATION_ID } };

const person = {
  _name: { firstName: 'John', lastName: 'Smith' },
  _email: 'john.smith@example.com',
  _gender: 'MALE',
  _dateOfBirth: '1980-09-07',
  ...owner,
};

const alert = { _name: 'Heart rate', _severity: 'MAJOR' };

/** What is sent to make one, by entity type. */
const bodies: Record<string, Entity> = {
  patient: { ...person, _nationalId: '123456789' },
  caregiver: { ...person, _employeeId: '4711', _degree: 'MEDICAL_DOCTOR' },
  'organization-user': { ...person, _employeeId: '4712' },
  organization: { _name: 'Example Inc.', _primaryAdministrator: {} },
  device: { _id: 'mydevice1' },
  'generic-entity': { _name: 'Example', ...owner },
  'registration-code': { _code: 'RegistrationCode123', ...owner },
  'patient-alert': alert,
  'device-alert': alert,
  'usage-session': { _startTime: '2026-01-01T10:00:00.000Z', _state: 'ACTIVE' },
  command: {},
};

/** What only a request says. */
const REQUESTED: Record<string, Entity> = {
  organization: { _primaryAdministrator: { _name: person._name, _employeeId: '4713' } },
};

/** What an entity of the type refers to. */
const PARENTS: Record<string, string[]> = {
  'patient-alert': ['patient'],
  'device-alert': ['device'],
  'usage-session': ['device', 'patient'],
  command: ['device'],
};

/** What else is set to the time it is made. */
const TIMES: Record<string, string> = {
  command: '_startTime',
  'patient-alert': '_setDateTime',
  'device-alert': '_setDateTime',
};

/**
 * Makes up an entity as BioT would show it, without keeping it. For an action that saves measurements it is the
 * measurement, of the newest patient and device: that shape is known from plugins that read it.
 */
export function createSamples(state: EntityState, clock: Clock) {
  return (entityTypeName: string, actionName: string): Entity => {
    if (actionName === '_saveMeasurement') return sampleMeasurement(state, clock);
    if (actionName === '_saveMeasurementBulk') return { measures: [sampleMeasurement(state, clock)] };
    return sampleEntity(state, clock, entityTypeName);
  };
}

/** The newest of the type; a sample when there is none, kept from now on, as is what it refers to. */
export function keepSample(state: EntityState, clock: Clock, typeName: string): Entity {
  const kept = newest(state, typeName);
  if (kept) return kept;
  for (const parent of PARENTS[typeName] ?? []) keepSample(state, clock, parent);
  const entity = sampleEntity(state, clock, typeName);
  state.entitiesOf(typeName).set(String(entity._id), entity);
  return entity;
}

/** What somebody would send to make one; undefined for what nobody makes. */
export function toSampleBody(state: EntityState, clock: Clock, typeName: string): Entity | undefined {
  if (typeName === 'measurement') return sampleMeasurement(state, clock);
  const body = bodies[typeName];
  const { template } = entityTypeOf(typeName);
  return body && { ...body, ...REQUESTED[typeName], ...(template && { _templateId: template.id }) };
}

function sampleEntity(state: EntityState, clock: Clock, typeName: string): Entity {
  const type = entityTypeOf(typeName);
  const now = clock.now();
  const body = { ...bodies[typeName], _templateId: type.template?.id };
  const parents = (PARENTS[typeName] ?? []).map((parent) => [
    `_${parent}`,
    toReference(newest(state, parent) ?? sampleEntity(state, clock, parent)),
  ]);
  const times = TIMES[typeName] ? { [TIMES[typeName]]: now.toISOString() } : {};
  const own = { ...Object.fromEntries(parents), ...times };
  const entity = newEntity({ state, type, variables: {}, query: {}, body, now }, own);
  return typeName === 'usage-session' ? { ...entity, _sessionContext: toSessionContext(entity) } : entity;
}

function sampleMeasurement(state: EntityState, clock: Clock): Entity {
  const [patient, device] = ['patient', 'device'].map(
    (name) => newest(state, name) ?? sampleEntity(state, clock, name),
  );
  const metadata = { timestamp: clock.now().toISOString(), deviceId: device?._id, patientId: patient?._id };
  return { metadata, data: { heartRate: 72 } };
}

const newest = (state: EntityState, typeName: string): Entity | undefined =>
  [...state.entitiesOf(typeName).values()].at(-1);
