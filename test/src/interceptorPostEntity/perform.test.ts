import type { PostEntityData } from '../../../src/interceptorPostEntity/extractDataFromEvent.ts';
import { perform } from '../../../src/interceptorPostEntity/perform.ts';
import type { Entity } from '../../../src/runtime/hook.ts';
import { PATIENTS, patient } from '../../builders/events.ts';
import { performInput } from '../../builders/perform.ts';

const inputOf = (entities: Entity[]) =>
  performInput<PostEntityData>({
    apiId: `GET${PATIENTS}`,
    entityName: 'patient',
    method: 'GET',
    request: { path: PATIENTS },
    response: { entities, httpStatusCode: '200 OK' },
  });

describe('perform', () => {
  it('masks the national id of every entity of a search, in order', async () => {
    const entities = [
      patient({ _nationalId: '123456789' }),
      { _id: 'none' },
      patient({ _nationalId: 'AB-98765' }),
      { _id: 'null', _name: null, _nationalId: null },
    ];

    const result = await perform(inputOf(entities));

    expect(result).toEqual({
      response: {
        entities: [
          patient({ _nationalId: '*******89' }),
          { _id: 'none' },
          patient({ _nationalId: '******65' }),
          { _id: 'null', _name: null, _nationalId: null },
        ],
      },
    });
    expect(entities[0]?._nationalId).toBe('123456789');
  });

  it('returns no entities for a search that found none', async () => {
    const result = await perform(inputOf([]));

    expect(result).toEqual({ response: { entities: [] } });
  });

  it.each([
    ['', ''],
    ['1', '*'],
    ['12', '**'],
    ['1234', '****'],
    ['12345', '***45'],
    ['123456789012', '**********12'],
  ])('masks %j as %j', async (nationalId, expected) => {
    const result = await perform(inputOf([{ _nationalId: nationalId }]));

    expect(result).toEqual({ response: { entities: [{ _nationalId: expected }] } });
  });

  it.each([undefined, null, 5, {}, ['123456789']])(
    'leaves a national id of %j as it is',
    async (nationalId) => {
      const result = await perform(inputOf([{ _nationalId: nationalId }]));

      expect(result).toEqual({ response: { entities: [{ _nationalId: nationalId }] } });
    },
  );
});
