import type { Entity, Template } from '../state.ts';
import type { Rule } from './attributeRules.ts';
import { attributes } from './attributes.ts';
import { blankEntities } from './blankEntities.ts';

/** An entity type: its name in hooks, and what is its own in its APIs. */
export type EntityType = {
  name: string;
  notFoundCode: string;
  /** Of a template's name that nobody knows. */
  templateNotFoundCode: string;
  /** What a create must have, beside the template. */
  mandatory: string[];
  /** What a PATCH must have. */
  mandatoryInUpdate: string[];
  attributes: Record<string, Rule>;
  blank: Entity;
  /** The one that is there from the beginning on; absent where there are no templates. */
  template?: Template;
};

type Row = Pick<EntityType, 'name' | 'notFoundCode' | 'mandatory'> &
  Partial<Pick<EntityType, 'mandatoryInUpdate' | 'templateNotFoundCode'>> & { template?: string };

/** One row an entity type; its attributes are in attributes.ts, how it begins in blankEntities.ts, its APIs in apis.ts. */
const rows: Row[] = [
  {
    name: 'patient',
    notFoundCode: 'USER_NOT_FOUND',
    mandatory: ['_name', '_ownerOrganization'],
    template: 'Patient',
  },
  {
    name: 'device',
    notFoundCode: 'DEVICE_NOT_FOUND',
    templateNotFoundCode: 'TEMPLATE_NOT_FOUND',
    mandatory: ['_id'],
    template: 'DeviceType1',
  },
  {
    name: 'caregiver',
    notFoundCode: 'USER_NOT_FOUND',
    mandatory: ['_name', '_ownerOrganization', '_employeeId'],
    template: 'Caregiver',
  },
  {
    name: 'organization-user',
    notFoundCode: 'USER_NOT_FOUND',
    mandatory: ['_name', '_ownerOrganization', '_employeeId'],
    template: 'OrganizationUser',
  },
  {
    name: 'organization',
    notFoundCode: 'ORGANIZATION_NOT_FOUND',
    mandatory: ['_name', '_primaryAdministrator'],
    template: 'Organization',
  },
  {
    name: 'generic-entity',
    notFoundCode: 'GENERIC_ENTITY_NOT_FOUND',
    mandatory: ['_name'],
    mandatoryInUpdate: ['_name'],
    template: 'GenericEntity',
  },
  {
    name: 'registration-code',
    notFoundCode: 'REGISTRATION_CODE_NOT_FOUND', // not published; made like the others
    mandatory: ['_code', '_ownerOrganization'],
    template: 'RegistrationCode',
  },
  { name: 'patient-alert', notFoundCode: 'ALERT_NOT_FOUND', mandatory: [], template: 'PatientAlert' },
  { name: 'device-alert', notFoundCode: 'ALERT_NOT_FOUND', mandatory: [], template: 'DeviceAlert' },
  {
    name: 'usage-session',
    notFoundCode: 'SESSION_NOT_FOUND',
    templateNotFoundCode: 'SESSION_TEMPLATE_NOT_FOUND_BY_USAGE_TYPE',
    mandatory: ['_startTime', '_state'],
    mandatoryInUpdate: ['_startTime', '_state'],
    template: 'UsageSession',
  },
  {
    name: 'command',
    notFoundCode: 'COMMAND_NOT_FOUND',
    templateNotFoundCode: 'SESSION_TEMPLATE_NOT_FOUND_BY_USAGE_TYPE', // as published, though it says session
    mandatory: [],
    template: 'Command',
  },
  { name: 'measurement', notFoundCode: 'NOT_FOUND', mandatory: [] }, // no entity, but hooks call it one
];

export const entityTypes = new Map<string, EntityType>(
  rows.map((row, index) => [row.name, toEntityType(row, index)]),
);

function toEntityType({ template, ...row }: Row, index: number): EntityType {
  return {
    mandatoryInUpdate: [],
    templateNotFoundCode: 'TEMPLATE_NOT_FOUND_BY_NAME',
    ...row,
    attributes: attributes[row.name] ?? {},
    blank: blankEntities[row.name] ?? {},
    ...(template && { template: toTemplate(row.name, template, index) }),
  };
}

function toTemplate(entityTypeName: string, name: string, index: number): Template {
  return {
    id: `11111111-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
    name,
    displayName: name.replaceAll(/(?<=[a-z])(?=[A-Z\d])/g, ' '),
    entityTypeName,
  };
}

/** @throws Error for a name that is no entity type's: a mistake in a table */
export function entityTypeOf(name: string): EntityType {
  const type = entityTypes.get(name);
  if (type) return type;
  throw new Error(`There is no entity type ${name}`);
}
