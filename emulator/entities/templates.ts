import type { Template } from '../state.ts';
import { toText } from '../toText.ts';
import type { EntityType } from './entityTypes.ts';
import type { EntityState, OperationContext } from './operation.ts';
import { refuse } from './refuse.ts';

/**
 * The template that a new entity is to have: by its name in the path, or by `_templateId`.
 * @throws BiotError 400 ATTRIBUTE_IS_MANDATORY, 403 ENTITY_TYPE_TEMPLATE_MISMATCH, 404 with the type's code
 */
export function chooseTemplate({ state, type, variables }: OperationContext, templateId: unknown): Template {
  const name = variables.templateName ?? variables.usageType;
  if (name !== undefined) return findTemplateByName(state, type, name);
  if (templateId === null || templateId === undefined)
    throw refuse(400, 'ATTRIBUTE_IS_MANDATORY', { attributeName: '_templateId' });
  const template = state.templates.get(toText(templateId));
  if (!template) throw refuse(404, 'TEMPLATE_NOT_FOUND', { id: templateId });
  if (template.entityTypeName !== type.name)
    throw refuse(403, 'ENTITY_TYPE_TEMPLATE_MISMATCH', { templateId, entityType: type.name });
  return template;
}

/** @throws BiotError 404 with the type's code */
export function findTemplateByName(state: EntityState, type: EntityType, name: string): Template {
  for (const template of state.templates.values()) {
    if (template.name === name && template.entityTypeName === type.name) return template;
  }
  const isUsage = type.templateNotFoundCode.endsWith('USAGE_TYPE');
  throw refuse(404, type.templateNotFoundCode, isUsage ? { entityName: name } : { templateName: name });
}

/** As entities show their template. */
export const toTemplateReference = ({ id, name, displayName }: Template) => ({ id, name, displayName });
