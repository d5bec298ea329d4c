import { randomUUID } from 'node:crypto';
import type { Entity } from '../state.ts';
import {
  type ApiResult,
  answerOther,
  findEntity,
  type Operation,
  type OperationContext,
} from './operation.ts';
import { badRequest, refuse } from './refuse.ts';
import { replace } from './update.ts';

const TYPES: Record<string, string> = { PRODUCTION: 'PERMANENT', BOOTSTRAP: 'BOOTSTRAP' };

/** Nothing here talks MQTT, so what is answered as certificate and key is neither. */
export const generateCertificate: Operation = (context) => {
  const { table, key, type, device } = findPlace(context);
  const existing = table.get(key);
  if (existing)
    throw refuse(409, 'CERTIFICATE_ALREADY_EXISTS', {
      certificateId: existing._id,
      certificateType: type,
    });
  const certificateId = randomUUID();
  table.set(key, { _id: certificateId });
  const changes = changeStatus(context, device, { status: TYPES[type], actionName: '_generateCertificate' });
  const body = {
    certificateId,
    certificate: 'no certificate: this is the local BioT',
    privateKey: 'no key: this is the local BioT',
    caCertificate: 'no certificate: this is the local BioT',
    connectionClientId: device._id,
    endPointUrl: 'localhost',
  };
  return answerOther(201, body, changes);
};

export const activateCertificate: Operation = (context) => {
  const { device } = findCertificate(context);
  const { _status } = device;
  const { _certificateStatus: status } = _status as Entity;
  return answerOther(
    200,
    undefined,
    changeStatus(context, device, { status, actionName: '_activateCertificate' }),
  );
};

export const revokeCertificate: Operation = (context) => {
  const { table, key, device } = findCertificate(context);
  table.delete(key);
  const status = 'NOT_INSTALLED';
  return answerOther(
    204,
    undefined,
    changeStatus(context, device, { status, actionName: '_revokeCertificate' }),
  );
};

function findCertificate(context: OperationContext) {
  const place = findPlace(context);
  if (place.table.has(place.key)) return place;
  throw refuse(404, 'CERTIFICATE_NOT_FOUND', { certificateType: place.type });
}

function findPlace(context: OperationContext) {
  const device = findEntity(context);
  const type = String([context.query.type].flat()[0] ?? 'PRODUCTION');
  if (!Object.hasOwn(TYPES, type)) throw badRequest(`The type is one of ${Object.keys(TYPES).join(', ')}`);
  return { table: context.state.entitiesOf('certificates'), key: `${device._id} ${type}`, type, device };
}

function changeStatus(
  context: OperationContext,
  device: Entity,
  { status, actionName }: { status: unknown; actionName: string },
): ApiResult['changes'] {
  const _status = { ...(device._status as Entity), _certificateStatus: status };
  return replace(context, device, { attributes: { _status }, actionName }).changes;
}
