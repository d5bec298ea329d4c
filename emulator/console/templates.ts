import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import { entityTypeNames } from '../catalogue.ts';
import { nearestFirst } from '../nearestFirst.ts';
import type { State, Template } from '../state.ts';
import { toText } from '../toText.ts';

export type TemplatesOptions = { state: Pick<State, 'templates'> };

type Body = { entityTypeName?: unknown; name?: unknown; displayName?: unknown; id?: unknown };

/**
 * Adds a template, which at BioT is made in its console: with the name, and if it is sent the id, that it has there, so
 * that a plugin that knows either works here too.
 */
export const templates: FastifyPluginAsync<TemplatesOptions> = async (app, { state }) => {
  app.post<{ Body: Body | null }>('/emulator/templates', async (request, reply) => {
    const template = readTemplate(request.body ?? {});
    for (const { id, name, entityTypeName } of state.templates.values()) {
      const isSame = name === template.name && entityTypeName === template.entityTypeName;
      if (id === template.id || isSame) throw refuse(409, `There is a template ${name} (${id}) already`);
    }
    state.templates.set(template.id, template);
    return reply.code(201).send(template);
  });
};

function readTemplate({ entityTypeName, name, displayName = name, id = randomUUID() }: Body): Template {
  if (!isText(entityTypeName) || !entityTypeNames.includes(entityTypeName)) {
    const names = nearestFirst(toText(entityTypeName ?? ''), entityTypeNames).join(', ');
    throw refuse(400, `The entityTypeName is one of ${names}`);
  }
  if (!isText(name) || !isText(displayName) || !isText(id))
    throw refuse(400, 'A template has a name, and may have a displayName and an id, all of them texts');
  return { id, name, displayName, entityTypeName };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const refuse = (status: number, message: string) =>
  new BiotError({ status, code: status === 409 ? 'CONFLICT' : 'BAD_REQUEST', message });
