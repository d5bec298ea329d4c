import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import { notifiableActions } from '../catalogue.ts';
import type { Clock } from '../clock.ts';
import { nearestFirst } from '../nearestFirst.ts';
import type { Entity, State } from '../state.ts';
import { toText } from '../toText.ts';

/** An event that is to be told, as if it had happened. */
type Triggered = {
  origin: { traceId: string; apiId: string; call: string };
  entityTypeName: string;
  actionName: string;
  entity: Entity;
  oldEntity?: Entity;
  additionalData?: Entity;
  startedAt: Date;
  sourceIpAddress: string;
};

export type TriggerOptions = {
  state: Pick<State, 'entitiesOf'>;
  clock: Clock;
  /** Returns who is told. */
  notify(change: Triggered): string[];
  /** A made-up entity, or what comes in its place for an action that is not about the entity itself. */
  toSample(entityTypeName: string, actionName: string): Entity;
};

type Body = {
  entityTypeName?: unknown;
  actionName?: unknown;
  entity?: unknown;
  id?: unknown;
  additionalData?: unknown;
};

const ROUTE = '/emulator/trigger';

/** Tells the subscribers of any action that BioT documents, though nothing has happened. */
export const trigger: FastifyPluginAsync<TriggerOptions> = async (app, options) => {
  app.post<{ Body: Body | null }>(ROUTE, async (request) => {
    const { state, clock, notify, toSample } = options;
    const body = request.body ?? {};
    const { entityTypeName, actionName } = readAction(body);
    const entity = chooseEntity(state, body, entityTypeName) ?? toSample(entityTypeName, actionName);
    const { traceId } = request;
    const additionalData = readObject('additionalData', body.additionalData);
    const subscribers = notify({
      origin: { traceId, apiId: `POST${ROUTE}`, call: `POST ${ROUTE}` },
      entityTypeName,
      actionName,
      entity,
      ...(actionName === '_update' && { oldEntity: entity }),
      ...(additionalData && { additionalData }),
      startedAt: clock.now(),
      sourceIpAddress: `${request.ip}:${request.socket.remotePort}`,
    });
    return { traceId, entityTypeName, actionName, entity, subscribers };
  });
};

/** @throws BiotError 400 that lists the right names, the nearest first */
function readAction(body: Body): { entityTypeName: string; actionName: string } {
  const entityTypeName = readName('entityTypeName', body.entityTypeName, Object.keys(notifiableActions));
  const actions = notifiableActions[entityTypeName] ?? [];
  return {
    entityTypeName,
    actionName: readName(`actionName of ${entityTypeName}`, body.actionName, actions),
  };
}

function readName(what: string, value: unknown, names: string[]): string {
  if (typeof value === 'string' && names.includes(value)) return value;
  const nearest = nearestFirst(toText(value ?? ''), names).join(', ');
  const said = value === undefined ? 'is missing' : `is not ${JSON.stringify(value)}`;
  throw badRequest(`The ${what} ${said}. There are: ${nearest}`);
}

/** The one that was sent, the one with the id, or the newest; undefined when there is none. */
function chooseEntity(
  { entitiesOf }: TriggerOptions['state'],
  body: Body,
  entityTypeName: string,
): Entity | undefined {
  const sent = readObject('entity', body.entity);
  if (sent) return sent;
  const entities = entitiesOf(entityTypeName);
  if (body.id === undefined || body.id === null)
    return isAboutMeasurement(body.actionName) ? undefined : [...entities.values()].at(-1);
  const entity = entities.get(toText(body.id));
  if (entity) return entity;
  const message = `There is no ${entityTypeName} with the id ${toText(body.id)} here`;
  throw new BiotError({ status: 404, code: 'NOT_FOUND', message, details: { id: body.id } });
}

const isAboutMeasurement = (actionName: unknown): boolean =>
  toText(actionName).startsWith('_saveMeasurement');

/** @throws BiotError 400 */
function readObject(name: string, value: unknown): Entity | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as Entity;
  throw badRequest(`${name} must be a JSON object`);
}

const badRequest = (message: string) => new BiotError({ status: 400, code: 'BAD_REQUEST', message });
