import { randomUUID } from 'node:crypto';
import { type Entity, ORGANIZATION_ID } from '../state.ts';
import { checkAttribute, checkPresence } from './attributeRules.ts';
import type { EntityType } from './entityTypes.ts';
import { answerEntity, type Operation, type OperationContext, toObject } from './operation.ts';
import { resolveReferences, toReference } from './references.ts';
import { refuse } from './refuse.ts';
import { takeNames } from './takenNames.ts';
import { chooseTemplate, toTemplateReference } from './templates.ts';
import { toCaption } from './toCaption.ts';

/** Create, by template id or by the template's name in the path. */
export const create: Operation = (context) => {
  const entity = newEntity(context);
  insert(context, entity);
  const { name: entityTypeName } = context.type;
  return answerEntity(201, entity, [{ entityTypeName, actionName: '_create', entity }]);
};

/**
 * A new entity of what the caller sent, not yet kept. `own` is what the API itself says of it.
 * @throws BiotError 400, 403, 404 with the code of what is wrong with the body
 */
export function newEntity(context: OperationContext, own: Entity = {}): Entity {
  const { state, type, now } = context;
  const body = toObject(context.body);
  const template = chooseTemplate(context, body._templateId);
  for (const name of type.mandatory) checkPresence(name, body[name]);
  const attributes = pickAttributes(type, body, template.id);
  const entity: Entity = {
    _ownerOrganization: toReferenceOf(context, ORGANIZATION_ID),
    ...type.blank,
    ...resolveReferences(state, type, attributes),
    ...own,
    _id: toId(type, body),
    _template: toTemplateReference(template),
    _creationTime: now.toISOString(),
    _lastModifiedTime: now.toISOString(),
  };
  return { ...entity, _caption: toCaption(type, entity) };
}

const toReferenceOf = ({ state }: OperationContext, organizationId: string): Entity | null => {
  const organization = state.entitiesOf('organization').get(organizationId);
  return organization ? toReference(organization) : null;
};

/** Keeps it. @throws BiotError 409 for an id, email or username that is taken */
export function insert({ state, type }: OperationContext, entity: Entity): void {
  const table = state.entitiesOf(type.name);
  const id = String(entity._id);
  if (table.has(id)) throw refuse(409, 'DEVICE_ID_ALREADY_EXISTS', { deviceId: id });
  state.transaction(() => {
    takeNames(state, entity);
    table.set(id, entity);
  });
}

/** Only devices come with an id of their own. */
function toId(type: EntityType, body: Entity): string {
  if (type.name !== 'device') return randomUUID();
  const id = body._id;
  if (typeof id === 'string' && /^[a-zA-Z0-9:_-]{1,108}$/.test(id)) return id;
  throw refuse(400, 'INVALID_DEVICE_NAME', { name: id });
}

/** What only BioT sets; sent along, as when a whole entity is sent back, it is left alone. */
const READ_ONLY = new Set([
  ...['_id', '_template', '_templateId', '_creationTime', '_lastModifiedTime', '_caption', '_referencers'],
  ...['_enabled', '_invitationAccepted', '_registrationSource', '_status', '_ownerOrganization'],
  ...['_device', '_patient', '_initiator', '_sessionContext', '_requiredMeasurementIntervalMilliseconds'],
  ...['_setDateTime', '_clearDateTime', '_clearTrigger', '_clearedBy', '_startTime', '_endTime', '_state'],
  ...['_errorMessage', '_supportStop', '_timeoutInSeconds', '_summary', '_primaryAdministrator'],
]);

/**
 * What may be set of a body: built-in attributes, and any custom ones, whose names do not begin with an underscore.
 * @throws BiotError 400 for a value against its rule, and ATTRIBUTE_NOT_VALID_FOR_TEMPLATE for an unknown built-in one
 */
export function pickAttributes(type: EntityType, body: Entity, templateId: unknown): Entity {
  const picked: Entity = {};
  for (const [attributeName, value] of Object.entries(body)) {
    const rule = Object.hasOwn(type.attributes, attributeName) ? type.attributes[attributeName] : undefined;
    if (rule) checkAttribute(attributeName, value, rule);
    if (rule || !attributeName.startsWith('_')) picked[attributeName] = value;
    else if (!READ_ONLY.has(attributeName))
      throw refuse(400, 'ATTRIBUTE_NOT_VALID_FOR_TEMPLATE', { attributeName, templateId });
  }
  return picked;
}
