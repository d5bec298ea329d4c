import { randomUUID } from 'node:crypto';
import { parseSearchRequest, searchEntities } from '../search.ts';
import type { Entity } from '../state.ts';
import { checkAttribute, checkPresence, type Rule } from './attributeRules.ts';
import { answerOther, type Operation, type OperationContext, toObject } from './operation.ts';
import { badRequest, refuse } from './refuse.ts';

type Metadata = { timestamp: string; deviceId?: string; patientId?: string; sessionId?: string };
type Measurement = { metadata: Metadata; data: Entity };

const text: Rule = { kind: 'text' };

const METADATA: Rule = {
  kind: 'object',
  mandatory: ['timestamp'],
  attributes: { timestamp: { kind: 'time' }, deviceId: text, patientId: text, sessionId: text },
};

/** Kept, told as the patient's, and answered as it was sent. Whether it has to name a known patient is not published. */
export const saveMeasurement: Operation = (context) => {
  const measurement = toMeasurement(context.body);
  keep(context, measurement);
  return answerOther(200, measurement, [toChange('_saveMeasurement', measurement)]);
};

export const saveMeasurements: Operation = (context) => {
  const { measures } = toObject(context.body);
  if (!Array.isArray(measures)) throw badRequest('measures must be a list');
  const measurements = measures.map(toMeasurement);
  context.state.transaction(() => {
    for (const measurement of measurements) keep(context, measurement);
  });
  const metadata = { numberOfMeasuresSaved: measurements.length, numberOfMeasuresFailed: 0 };
  const change = toChange('_saveMeasurementBulk', { measures: measurements });
  return answerOther(200, { metadata, failedMeasures: [] }, [change]);
};

const toChange = (actionName: string, entity: Entity) => ({ entityTypeName: 'patient', actionName, entity });

function toMeasurement(body: unknown): Measurement {
  const { metadata, data } = toObject(body);
  checkPresence('metadata', metadata);
  checkAttribute('metadata', metadata, METADATA);
  checkAttribute('data', data, { kind: 'object' });
  return { metadata: metadata as Metadata, data: (data ?? {}) as Entity };
}

function keep({ state }: OperationContext, measurement: Measurement): void {
  state.entitiesOf('measurements').set(randomUUID(), measurement);
}

/** Those of a patient and a time, by attribute, source and session. */
export const getRawMeasurements: Operation = ({ state, query }) => {
  const wanted = {
    patientId: one(query.patientId),
    sessionId: one(query.sessionId),
    deviceId: one(query.sourceEntityId),
  };
  const [startTime, endTime] = [one(query.startTime), one(query.endTime)];
  for (const [name, value] of Object.entries({ patientId: wanted.patientId, startTime, endTime }))
    if (value === undefined) throw badRequest(`The parameter ${name} is required`);
  const filter = {
    ...Object.fromEntries(
      Object.entries(wanted).map(([name, eq]) => [`metadata.${name}`, { eq: eq ?? null }]),
    ),
    'metadata.timestamp': { from: startTime, to: endTime },
  };
  const sort = [{ prop: 'metadata.timestamp', order: 'ASC' }];
  const all = [...state.entitiesOf('measurements').values()];
  const { data } = searchEntities(all, { filter, sort, limit: Math.max(1, all.length) });
  return answerOther(200, { attributes: toAttributes(data as Measurement[], toNames(query.attributes)) });
};

const one = (value: unknown): string | undefined => {
  const [first] = [value].flat();
  return first === undefined ? undefined : String(first);
};

const toNames = (value: unknown): string[] | undefined =>
  value === undefined ? undefined : [value].flat().flatMap((names) => String(names).split(','));

function toAttributes(measurements: Measurement[], wanted: string[] | undefined): Entity[] {
  const names = new Set(measurements.flatMap(({ data }) => Object.keys(data)));
  return [...names]
    .filter((name) => wanted?.includes(name) ?? true)
    .map((attributeName) => ({ attributeName, sources: toSources(attributeName, measurements) }));
}

function toSources(name: string, measurements: Measurement[]): Entity[] {
  const having = measurements.filter(({ data }) => data[name] !== undefined);
  const bySource = Map.groupBy(having, ({ metadata }) => metadata.deviceId ?? '');
  return [...bySource].map(([sourceEntityId, ofSource]) => ({
    sourceEntityId,
    measurementSessions: toSessions(name, ofSource),
  }));
}

function toSessions(name: string, measurements: Measurement[]): Entity[] {
  const bySession = Map.groupBy(measurements, ({ metadata }) => metadata.sessionId ?? '');
  return [...bySession].map(([sessionId, ofSession]) => ({
    sessionId,
    measurements: ofSession.map(({ metadata, data }) => ({
      timestamp: metadata.timestamp,
      data: [data[name]].flat(),
    })),
  }));
}

/** As above in a flat list, by a search; all on one page. */
export const searchRawMeasurements: Operation = ({ state, query }) => {
  const { filter, sort } = parseSearchRequest(one(query.searchRequest));
  if (filter?.['_patient.id']?.eq === undefined) throw refuse(400, 'PATIENT_ID_EQ_MISSING');
  const { from, to } = filter.timestamp ?? {};
  if (from === undefined || to === undefined) throw refuse(400, 'TIMESTAMP_FROM_TO_MISSING');
  const { attributes, ...rest } = filter;
  const all = [...state.entitiesOf('measurements').values()] as Measurement[];
  const found = searchEntities(all.map(toRow), {
    filter: rest,
    sort: sort?.length ? sort : [{ prop: 'timestamp', order: 'DESC' }],
    limit: Math.max(1, all.length),
  });
  const data = found.data.map(({ _patient, _session, _sourceEntity, ...row }) => row);
  return answerOther(200, { data, metadata: { sort: sort ?? [], filter, limitPerPage: data.length } });
};

const toRow = ({ metadata, data }: Measurement): Entity => ({
  patientId: metadata.patientId ?? '',
  sessionId: metadata.sessionId ?? '',
  sourceEntityId: metadata.deviceId ?? '',
  timestamp: metadata.timestamp,
  data,
  _patient: { id: metadata.patientId },
  _session: { id: metadata.sessionId },
  _sourceEntity: { id: metadata.deviceId },
});
