import { randomBytes, randomUUID } from 'node:crypto';
import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import { ORGANIZATION_ID, type ServiceUser, type State } from '../state.ts';

/** Not published; two let a program change from one key to the next. */
export const MAX_SECRET_KEYS = 2;

const TYPES = ['INTERNAL_SERVICE', 'EXTERNAL_SERVICE'] as const;
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The role of the plugins' own service users. */
const PLUGIN_ROLE_ID = '22222222-0000-4000-8000-000000000001';

export type ServiceUsersOptions = {
  state: Pick<State, 'serviceUsers' | 'entitiesOf'>;
  clock: Clock;
};

type Body = Record<string, unknown>;
type SecretKey = ServiceUser['secretKeys'][number];

const refuse = (status: number, code: string, details: Record<string, unknown> = {}) =>
  new BiotError({ status, code, message: MESSAGES[code] ?? code, details });

const MESSAGES: Record<string, string> = {
  MISSING_PARAMETERS: 'The request lacks parameters',
  SERVICE_TYPE_NOT_ALLOWED: 'There is no such type of service user',
  SERVICE_NAME_ALREADY_EXISTS: 'A service user of this name exists',
  SERVICE_USER_NOT_FOUND: 'There is no such service user',
  OWNER_ORGANIZATION_NOT_FOUND: 'There is no such organization',
  MAX_SECRET_KEYS: 'The service user has as many secret keys as it may have',
};

/** Its first secret key is shown here and never again. @throws BiotError as documented */
export function createServiceUser(options: ServiceUsersOptions, sent: unknown): object {
  const { state, clock } = options;
  const body = toBody(sent);
  const serviceUser = {
    ...parseServiceUser(options, body),
    id: randomUUID(),
    creationTime: clock.now().toISOString(),
  };
  const secretKey = newSecretKey(clock);
  state.serviceUsers.set(serviceUser.id, { ...serviceUser, secretKeys: [secretKey] });
  return { ...toFields(serviceUser), secretKeyData: secretKey };
}

/** @throws BiotError 404 SERVICE_USER_NOT_FOUND, 409 MAX_SECRET_KEYS */
export function createSecretKey(options: ServiceUsersOptions, id: string): SecretKey {
  const serviceUser = findServiceUser(options, id);
  const { secretKeys } = serviceUser;
  if (secretKeys.length >= MAX_SECRET_KEYS)
    throw refuse(409, 'MAX_SECRET_KEYS', { serviceId: id, maxSecretKeys: MAX_SECRET_KEYS });
  const secretKey = newSecretKey(options.clock);
  options.state.serviceUsers.set(id, { ...serviceUser, secretKeys: [...secretKeys, secretKey] });
  return secretKey;
}

/** Only `active` and `roleId` change. @throws BiotError 404 SERVICE_USER_NOT_FOUND */
export function updateServiceUser(options: ServiceUsersOptions, id: string, sent: unknown): object {
  const serviceUser = findServiceUser(options, id);
  const { active, roleId } = toBody(sent);
  const updated = {
    ...serviceUser,
    ...(active !== undefined && { active: toBoolean('active', active) }),
    ...(roleId !== undefined && { roleId: toUuid('roleId', roleId) }),
  };
  options.state.serviceUsers.set(id, updated);
  return toServiceUserResponse(updated);
}

/** @throws BiotError 404 SERVICE_USER_NOT_FOUND */
export function deleteServiceUser(options: ServiceUsersOptions, id: string): void {
  options.state.serviceUsers.delete(findServiceUser(options, id).id);
}

/** @throws BiotError 404 SERVICE_USER_NOT_FOUND */
export function findServiceUser({ state }: ServiceUsersOptions, id: string): ServiceUser {
  const serviceUser = state.serviceUsers.get(id);
  if (!serviceUser) throw refuse(404, 'SERVICE_USER_NOT_FOUND', { id });
  return serviceUser;
}

/** With its keys' ids, never with their secrets. */
export const toServiceUserResponse = (serviceUser: ServiceUser) => ({
  ...toFields(serviceUser),
  secretKeys: serviceUser.secretKeys.map(({ id, creationTime }) => ({ id, creationTime })),
});

function toFields(serviceUser: Omit<ServiceUser, 'secretKeys'>) {
  const { id, name, type, active = true, accessTokenExpirationInMinutes: minutes } = serviceUser;
  const { roleId = PLUGIN_ROLE_ID, ownerOrganizationId = ORGANIZATION_ID } = serviceUser;
  const life = minutes !== undefined && { accessTokenExpirationInMinutes: minutes };
  return { id, active, roleId, type, ownerOrganizationId, name, ...life };
}

function parseServiceUser(
  { state }: ServiceUsersOptions,
  body: Body,
): Omit<ServiceUser, 'id' | 'secretKeys'> {
  const parameters = ['roleId', 'type'].filter((name) => body[name] === undefined || body[name] === null);
  if (parameters.length > 0) throw refuse(400, 'MISSING_PARAMETERS', { parameters });
  const type = TYPES.find((known) => known === body.type);
  if (!type) throw refuse(400, 'SERVICE_TYPE_NOT_ALLOWED', { attributeName: 'type', value: body.type });
  const roleId = toUuid('roleId', body.roleId);
  const ownerOrganizationId = toOrganizationId(state, body.ownerOrganizationId ?? ORGANIZATION_ID);
  const life = body.accessTokenExpirationInMinutes ?? undefined;
  return {
    type,
    roleId,
    ownerOrganizationId,
    name: toName(state, body.name ?? `service-${randomUUID()}`),
    active: toBoolean('active', body.active ?? true),
    ...(life !== undefined && { accessTokenExpirationInMinutes: toMinutes(life) }),
  };
}

function toOrganizationId(state: ServiceUsersOptions['state'], value: unknown): string {
  const id = toUuid('ownerOrganizationId', value);
  if (id === ORGANIZATION_ID || state.entitiesOf('organization').has(id)) return id;
  throw refuse(404, 'OWNER_ORGANIZATION_NOT_FOUND', { id });
}

function toName({ serviceUsers }: ServiceUsersOptions['state'], name: unknown): string {
  if (typeof name !== 'string' || name.length > 100) throw invalid('name');
  if ([...serviceUsers.values()].some((other) => other.name === name))
    throw refuse(409, 'SERVICE_NAME_ALREADY_EXISTS', { name });
  return name;
}

function toUuid(name: string, value: unknown): string {
  if (typeof value === 'string' && UUID.test(value)) return value;
  throw invalid(name);
}

function toBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(name);
}

const MAX_INT32 = 2 ** 31 - 1;

function toMinutes(value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_INT32) return Number(value);
  throw invalid('accessTokenExpirationInMinutes');
}

function toBody(sent: unknown): Body {
  if (typeof sent === 'object' && sent !== null && !Array.isArray(sent)) return sent as Body;
  throw new BiotError({ status: 400, code: 'BAD_REQUEST', message: 'The body is not a JSON object' });
}

const invalid = (name: string) =>
  new BiotError({ status: 400, code: 'BAD_REQUEST', message: `${name} is not valid` });

const newSecretKey = (clock: Clock): SecretKey => ({
  id: randomUUID(),
  creationTime: clock.now().toISOString(),
  secretKey: randomBytes(24).toString('base64url'),
});
