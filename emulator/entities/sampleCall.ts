import type { Clock } from '../clock.ts';
import type { Entity } from '../state.ts';
import { type Api, apis } from './apis.ts';
import { keepSample, toSampleBody } from './createSamples.ts';
import { entityTypeOf, entityTypes } from './entityTypes.ts';
import type { EntityState } from './operation.ts';
import { search } from './read.ts';

/** A call as somebody might make it. `path` has its variables' values in it. */
export type SampleCall = { method: string; path: string; body?: Entity };

export type SampleCalls = {
  /** Of an API, with all in place that it is about. Undefined for an API that is not here. */
  ofApi(apiId: string): SampleCall | undefined;
  /** A search that finds an entity of the type. Undefined where there is no such API. */
  ofEntityType(entityTypeName: string): SampleCall | undefined;
  /** Keeps an entity of the type, if there is none. */
  keep(entityTypeName: string): void;
};

export function createSampleCalls(state: EntityState, clock: Clock): SampleCalls {
  const keep = (typeName: string) => keepSample(state, clock, typeName);
  const toCall = (api: Api): SampleCall => {
    const { method, entityTypeName } = api;
    if (method === 'GET' && entityTypeName !== 'measurement') keep(entityTypeName);
    const path = api.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      encodeURIComponent(toValue(name, entityTypeName, keep)),
    );
    const body = toBody(api, toSampleBody(state, clock, entityTypeName), keep);
    return { method, path, ...(body && { body }) };
  };
  return {
    ofApi(apiId) {
      const api = apis.find(({ method, path }) => method + path === apiId);
      return api && toCall(api);
    },
    ofEntityType(entityTypeName) {
      const api = apis.find((each) => each.entityTypeName === entityTypeName && each.run === search);
      return api && toCall(api);
    },
    keep: (typeName) => void (entityTypes.get(typeName)?.template && keep(typeName)),
  };
}

type Keep = (typeName: string) => Entity;

/** Of a variable in the path of such an entity's API. */
function toValue(name: string, entityTypeName: string, keep: Keep): string {
  if (name === 'templateName' || name === 'usageType')
    return entityTypeOf(entityTypeName).template?.name ?? '';
  if (name === 'state') return 'DISABLED';
  if (name === 'newAdminId') return String(keep('organization-user')._id);
  return String(keep(PARENTS[name] ?? entityTypeName)._id);
}

const PARENTS: Record<string, string> = { patientId: 'patient', deviceId: 'device' };

function toBody({ method, path, entityTypeName }: Api, whole: Entity | undefined, keep: Keep) {
  if (method === 'PATCH') return toPatch(entityTypeName, whole);
  if (method !== 'POST') return undefined;
  if (path.endsWith('/bulk')) return { measures: [whole] };
  if (/\{id\}/.test(path) || !whole) return {};
  return entityTypeName === 'usage-session' ? { ...whole, _patient: { id: keep('patient')._id } } : whole;
}

/** What must be there, or else something that may be changed. */
function toPatch(entityTypeName: string, whole: Entity = {}): Entity {
  const { mandatoryInUpdate, attributes } = entityTypeOf(entityTypeName);
  const names = mandatoryInUpdate.length > 0 ? mandatoryInUpdate : CHANGED.filter((name) => name in whole);
  const patch = Object.fromEntries(names.map((name) => [name, whole[name]]));
  return names.length === 0 && '_description' in attributes ? { _description: 'Changed' } : patch;
}

const CHANGED = ['_name', '_email', '_dateOfBirth', '_code'];
