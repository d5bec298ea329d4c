import { parseFault } from '../../../emulator/console/parseFault.ts';
import type { Json } from '../../builders/emulator.ts';

const fault = (more: Json = {}): Json => ({ service: 'organization', kind: 'reset', ...more });

describe('parseFault', () => {
  it.each<[Json, Json]>([
    [fault(), fault({ count: 1 })],
    [fault({ count: 3, route: 'GET /organization/*' }), fault({ count: 3, route: 'GET /organization/*' })],
    [fault({ kind: 'latency', ms: 500 }), fault({ kind: 'latency', ms: 500, count: 1 })],
    [fault({ kind: 'half' }), fault({ kind: 'half', count: 1 })],
    [
      fault({ kind: 'lost-answer' }),
      fault({ kind: 'lost-answer', status: 504, code: 'GATEWAY_TIMEOUT', count: 1 }),
    ],
    [
      fault({ kind: 'lost-answer', status: 502, code: 'OTHER' }),
      fault({ kind: 'lost-answer', status: 502, code: 'OTHER', count: 1 }),
    ],
    [fault({ kind: 'key-rotation' }), fault({ kind: 'key-rotation', count: 1 })],
    [fault({ kind: 'clock-move', seconds: 60 }), fault({ kind: 'clock-move', seconds: 60, count: 1 })],
    [
      { service: 'notification', kind: 'late', ms: 10, route: '/device/_create' },
      { service: 'notification', kind: 'late', ms: 10, route: '/device/_create', count: 1 },
    ],
    [
      { service: 'notification', kind: 'duplicate' },
      { service: 'notification', kind: 'duplicate', count: 1 },
    ],
    [
      { service: 'lambda', kind: 'half', route: '/my-plugin' },
      { service: 'lambda', kind: 'half', route: '/my-plugin', count: 1 },
    ],
  ])('reads %j', (body, expected) => {
    const parsed = parseFault(body);

    expect(parsed).toEqual(expected);
  });

  it.each([
    [401, 'TOKEN_NOT_VALID'],
    [403, 'ACCESS_DENIED'],
    [429, 'TOO_MANY_REQUESTS'],
    [500, 'INTERNAL_SERVER_ERROR'],
    [503, 'SERVICE_UNAVAILABLE'],
    [504, 'GATEWAY_TIMEOUT'],
    [599, 'UNKNOWN_ERROR'],
  ])('gives the status %i the code %s unless told another one', (status, code) => {
    const codes = [{}, { code: 'OTHER' }].map((more) =>
      parseFault(fault({ kind: 'status', status, ...more })),
    );

    expect(codes).toMatchObject([
      { status, code },
      { status, code: 'OTHER' },
    ]);
  });

  it.each([
    [429, undefined, 1],
    [429, 30, 30],
    [503, 30, 30],
    [503, undefined, undefined],
  ])('of %i with retryAfterSeconds %s tells to come again after %s', (status, given, expected) => {
    const more = given !== undefined && { retryAfterSeconds: given };

    const parsed = parseFault(fault({ kind: 'status', status, ...more }));

    expect('retryAfterSeconds' in parsed ? parsed.retryAfterSeconds : undefined).toBe(expected);
  });

  it.each<[string, unknown]>([
    ['JSON object', undefined],
    ['JSON object', []],
    ['service must be one of ums, settings, organization', fault({ service: 'file' })],
    ['notification, not organisation. Did you mean organization?', fault({ service: 'organisation' })],
    ['service is missing; it is one of ums, settings', { kind: 'reset' }],
    ['kind must be one of latency, status', fault({ kind: 'explosion' })],
    ['clock-move, not explosion', fault({ kind: 'explosion' })],
    ['kind must be one of', fault({ kind: 'constructor' })],
    ['service notification takes the kinds duplicate and late', fault({ kind: 'late', ms: 5 })],
    ['service notification takes the kinds', { service: 'notification', kind: 'status', status: 500 }],
    ['status must be a whole number from 500 to 599', fault({ kind: 'lost-answer', status: 404 })],
    ['count must be a whole number from 1', fault({ count: 0 })],
    ['count must be a whole number', fault({ count: '2' })],
    ['kind latency needs ms, 1 to 900000', fault({ kind: 'latency' })],
    ['kind status needs status, 400 to 599', fault({ kind: 'status' })],
    ['ms must be a whole number', fault({ kind: 'latency', ms: 1e9 })],
    ['status must be a whole number from 400 to 599', fault({ kind: 'status', status: 200 })],
    ['code must be a word', fault({ kind: 'status', status: 500, code: 'no word' })],
    ['retryAfterSeconds must be', fault({ kind: 'status', status: 429, retryAfterSeconds: -1 })],
    ['seconds must be a whole number', fault({ kind: 'clock-move', seconds: -5 })],
    ['route must be like', fault({ route: 'organization' })],
    ['route must be like', fault({ route: 'LOOK /organization' })],
    ['routes of organization begin with /organization', fault({ route: '/device/v2/devices' })],
    ['without a method', { service: 'notification', kind: 'duplicate', route: 'POST /device/_create' }],
    ['of the kind reset does not have ms, until', fault({ ms: 5, until: 'noon' })],
  ])('says "%s" of a bad one', (message, body) => {
    expect(() => parseFault(body)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining(message) }),
    );
  });
});
