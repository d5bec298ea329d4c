import type { NotificationData } from '../../../src/notification/extractDataFromEvent.ts';
import { perform } from '../../../src/notification/perform.ts';
import { type BiotServer, biotError, startBiotServer } from '../../builders/biotServer.ts';
import { PATIENT_ID, PATIENTS, patient } from '../../builders/events.ts';
import { performInput } from '../../builders/perform.ts';

describe('perform', () => {
  let biot: BiotServer;

  beforeEach(async () => {
    biot = await startBiotServer();
  });

  afterEach(() => biot.close());

  const inputOf = (overrides: Partial<NotificationData> = {}) =>
    performInput<NotificationData>(
      {
        metadata: { entityTypeName: 'patient', actionName: '_update' },
        entity: patient(),
        ...overrides,
      },
      biot.baseUrl,
    );

  it('reads the patient back and logs nothing that tells who it is', async () => {
    biot.route(`GET ${PATIENTS}/${PATIENT_ID}`, { body: patient() });
    const input = inputOf();

    const result = await perform(input);

    expect(result).toBeUndefined();
    expect(biot.count(`GET ${PATIENTS}/${PATIENT_ID}`)).toBe(1);
    expect(input.lines).toEqual([
      { level: 'info', message: expect.any(String), facts: { action: '_update', enabled: true } },
    ]);
  });

  it('goes on without a patient when BioT answers with nothing', async () => {
    biot.route(`GET ${PATIENTS}/${PATIENT_ID}`, { body: null });
    const input = inputOf();

    await perform(input);

    expect(input.lines).toEqual([expect.objectContaining({ facts: { action: '_update', enabled: false } })]);
  });

  it('asks for an id that no URL can hold, half of a surrogate pair, with U+FFFD in its place', async () => {
    const input = inputOf({ entity: patient({ _id: 'a\ud800' }) });

    const result = perform(input);

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED', details: { status: 404 } });
    expect(biot.requests.map(({ path }) => path)).toEqual([`${PATIENTS}/a%EF%BF%BD`]);
  });

  it('leaves no room for an id that would change the path', async () => {
    const input = inputOf({ entity: patient({ _id: '../admin?x=' }) });

    const result = perform(input);

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED', details: { status: 404 } });
    expect(biot.requests.map(({ path }) => path)).toEqual([`${PATIENTS}/..%2Fadmin%3Fx%3D`]);
  });

  it.each(['.', '..'])(
    'fails as with any unknown id when it is %j, which no encoding keeps from changing the path',
    async (_id) => {
      const input = inputOf({ entity: patient({ _id }) });

      const result = perform(input);

      await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED', details: {} });
      expect(biot.requests).toEqual([]);
    },
  );

  it.each<[string, Partial<NotificationData>]>([
    ['another entity type', { metadata: { entityTypeName: 'device' } }],
    ['metadata that name no type', { metadata: {} }],
    ['an entity without an id', { entity: {} }],
    ['an entity whose id is null', { entity: { _id: null } }],
    ['an entity whose id is a number', { entity: { _id: 5 } }],
  ])('calls nobody for %s', async (_name, overrides) => {
    const input = inputOf(overrides);

    const result = await perform(input);

    expect(result).toBeUndefined();
    expect([biot.requests, input.lines]).toEqual([[], []]);
  });

  it('calls nobody when there is no entity', async () => {
    const { entity: _entity, ...data } = inputOf().data;

    await perform(performInput<NotificationData>(data, biot.baseUrl));

    expect(biot.requests).toEqual([]);
  });

  it('throws CALL_TO_API_FAILED when the patient cannot be read', async () => {
    biot.route(`GET ${PATIENTS}/${PATIENT_ID}`, biotError(404, 'ENTITY_NOT_FOUND'));

    const result = perform(inputOf());

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
  });
});
