import { startTestEmulator, type TestEmulator } from '../builders/emulator.ts';

/** What `String` cannot write. */
const ODD = { toString: 1 };
const LOGIN = 'POST /ums/v2/users/login';
const SUBSCRIBE = 'POST /dispatcher/v1/hooks/notifications/subscribe';
const GENERIC = '/generic-entity/v1/generic-entities';

let biot: TestEmulator;

beforeAll(async () => {
  biot = await startTestEmulator();
});

afterAll(() => biot.close());

describe('a value that is no text', () => {
  it.each<[string, object, number, string]>([
    [LOGIN, { username: ODD }, 403, 'LOGIN_FAILED'],
    ['POST /ums/v2/services/accessToken', { id: ODD }, 403, 'LOGIN_FAILED'],
    [SUBSCRIBE, { entityTypeName: ODD }, 400, 'INVALID_ENTITY_TYPE_NAME'],
    [SUBSCRIBE, { entityTypeName: 'patient', actionName: ODD }, 400, 'INVALID_ACTION_NAME'],
    [`POST ${GENERIC}`, { _name: 'a', _templateId: ODD }, 404, 'TEMPLATE_NOT_FOUND'],
    ['POST /emulator/trigger', { entityTypeName: ODD }, 400, 'BAD_REQUEST'],
    ['POST /emulator/templates', { entityTypeName: ODD }, 400, 'BAD_REQUEST'],
    ['POST /emulator/faults', { service: 'ums', kind: 'reset', route: ODD }, 400, 'BAD_REQUEST'],
  ])('is refused by %s with %j', async (call, body, ...[status, code]) => {
    const answer = await biot.call(call, { body });

    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ code })]);
  });

  it.each([
    { sort: [{ prop: 'odd' }] },
    { filter: { odd: { like: 'x' } } },
    { filter: { odd: { in: ['x'] } } },
  ])('does not break the search %j', async (request) => {
    for (const _name of ['a', 'b'])
      await biot.call('POST /generic-entity/v3/generic-entities/GenericEntity', {
        body: { _name, odd: ODD },
      });

    const answer = await biot.call(
      `GET ${GENERIC}?searchRequest=${encodeURIComponent(JSON.stringify(request))}`,
    );

    expect(answer.status).toBe(200);
  });
});
