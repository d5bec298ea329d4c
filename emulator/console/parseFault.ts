import { STATUS_CODES } from 'node:http';
import { BiotError } from '../biotError.ts';
import { type Effect, type FaultService, faultServices, type NewFault } from '../faults.ts';
import { nearest } from '../nearestFirst.ts';
import { toText } from '../toText.ts';

const MAX_COUNT = 1_000_000;
const MAX_MS = 15 * 60 * 1000;
const MAX_SECONDS = 10 * 365 * 24 * 60 * 60;

type Body = Record<string, unknown>;

/** What is wrong is said in the message: this is the local BioT's own API. */
export const refuseBecause = (message: string) =>
  new BiotError({ status: 400, code: 'BAD_REQUEST', message });

const EFFECTS: Record<Effect['kind'], (body: Body) => Effect> = {
  latency: (body) => ({ kind: 'latency', ms: toInteger(body, 'ms', [1, MAX_MS]) }),
  status: toStatus,
  reset: () => ({ kind: 'reset' }),
  half: () => ({ kind: 'half' }),
  'lost-answer': toLostAnswer,
  duplicate: () => ({ kind: 'duplicate' }),
  late: (body) => ({ kind: 'late', ms: toInteger(body, 'ms', [1, MAX_MS]) }),
  'key-rotation': () => ({ kind: 'key-rotation' }),
  'clock-move': (body) => ({ kind: 'clock-move', seconds: toInteger(body, 'seconds', [1, MAX_SECONDS]) }),
};

const KINDS = Object.keys(EFFECTS) as Effect['kind'][];
const OF_NOTIFICATIONS: Effect['kind'][] = ['duplicate', 'late'];

/** @throws BiotError 400 that says what is wrong */
export function parseFault(body: unknown): NewFault {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refuseBecause('A fault is a JSON object');
  const given = body as Body;
  const service = toOneOf(given, 'service', faultServices);
  const kind = toOneOf(given, 'kind', KINDS);
  if (OF_NOTIFICATIONS.includes(kind) !== (service === 'notification'))
    throw refuseBecause(
      `The service notification takes the kinds ${OF_NOTIFICATIONS.join(' and ')}, and only it does`,
    );
  const count = given.count === undefined ? 1 : toInteger(given, 'count', [1, MAX_COUNT]);
  const route = toRoute(given.route, service);
  const fault = { service, ...(route && { route }), count, ...EFFECTS[kind](given) };
  refuseUnknown(given, fault);
  return fault;
}

function toStatus(body: Body): Effect {
  const status = toInteger(body, 'status', [400, 599]);
  const code = toCode(body, status);
  const isTold = status === 429 || body.retryAfterSeconds !== undefined;
  const told = { retryAfterSeconds: 1, ...body };
  const retryAfterSeconds = isTold ? toInteger(told, 'retryAfterSeconds', [0, 86_400]) : undefined;
  return { kind: 'status', status, code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

/** As a gateway says it that has waited in vain, unless told otherwise. */
function toLostAnswer(body: Body): Effect {
  const status = toInteger({ status: 504, ...body }, 'status', [500, 599]);
  return { kind: 'lost-answer', status, code: toCode(body, status) };
}

function toCode(body: Body, status: number): string {
  const code = body.code ?? codeOf(status);
  if (typeof code === 'string' && /^[A-Za-z]\w*$/.test(code)) return code;
  throw refuseBecause('code must be a word like INTERNAL_SERVER_ERROR');
}

/** The documented code where there is one for all services, and the status in words otherwise. */
function codeOf(status: number): string {
  const documented: Record<number, string> = { 401: 'TOKEN_NOT_VALID', 403: 'ACCESS_DENIED' };
  const words = STATUS_CODES[status] ?? 'UNKNOWN_ERROR';
  return documented[status] ?? words.toUpperCase().replace(/\W+/g, '_');
}

function toRoute(route: unknown, service: FaultService): string | undefined {
  if (route === undefined) return undefined;
  const [, method, path] = /^(?:(GET|POST|PUT|PATCH|DELETE) )?(\/\S*)$/.exec(toText(route)) ?? [];
  if (!path)
    throw refuseBecause(
      `route must be like "POST /organization/v1/users/patients" or "/ums/*", not "${toText(route)}"`,
    );
  if (service === 'notification' && method)
    throw refuseBecause('The route of a notification is like "/device/_create", without a method');
  const hasOwnPaths = service !== 'notification' && service !== 'lambda';
  if (hasOwnPaths && !`${path}/`.startsWith(`/${service}/`))
    throw refuseBecause(`The routes of ${service} begin with /${service}`);
  return toText(route);
}

function toOneOf<Value extends string>(body: Body, name: string, values: readonly Value[]): Value {
  const given = body[name];
  const value = values.find((candidate) => candidate === given);
  if (value) return value;
  if (given === undefined) throw refuseBecause(`${name} is missing; it is one of ${values.join(', ')}`);
  const near = nearest(toText(given), values);
  const hint = near === undefined ? '' : `. Did you mean ${near}?`;
  throw refuseBecause(`${name} must be one of ${values.join(', ')}, not ${toText(given)}${hint}`);
}

function toInteger(body: Body, name: string, [min, max]: [number, number]): number {
  const value = body[name];
  if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  if (value === undefined) throw refuseBecause(`kind ${toText(body.kind)} needs ${name}, ${min} to ${max}`);
  throw refuseBecause(`${name} must be a whole number from ${min} to ${max}`);
}

function refuseUnknown(given: Body, fault: NewFault): void {
  const unknown = Object.keys(given).filter((name) => !(name in fault));
  if (unknown.length > 0)
    throw refuseBecause(`A fault of the kind ${fault.kind} does not have ${unknown.join(', ')}`);
}
