import type { PostData } from '../../../src/interceptorPost/extractDataFromEvent.ts';
import { perform, toAgeInYears } from '../../../src/interceptorPost/perform.ts';
import { PATIENTS, patient } from '../../builders/events.ts';
import { performInput } from '../../builders/perform.ts';

const inputOf = (response: Partial<PostData['response']>) =>
  performInput<PostData>({
    apiId: `GET${PATIENTS}/{id}`,
    entityName: 'patient',
    method: 'GET',
    request: { path: `${PATIENTS}/1` },
    response: { httpStatusCode: '200 OK', ...response },
  });

describe('perform', () => {
  it('adds the age and leaves the rest of the body as it is', async () => {
    const body = patient({ _dateOfBirth: '1000-01-01' });

    const result = await perform(inputOf({ body }));

    expect(result).toEqual({
      response: { body: { ...body, ageInYears: new Date().getUTCFullYear() - 1000 } },
    });
    expect(body).not.toHaveProperty('ageInYears');
  });

  it.each<[string, object]>([
    ['no body', {}],
    ['null for a body', { body: null }],
    ['text for a body', { body: 'text' }],
    ['a list for a body', { body: [] }],
    ['no birth date', { body: {} }],
    ['null for a birth date', { body: { _dateOfBirth: null } }],
    ['a birth date that is none', { body: { _dateOfBirth: 'unknown' } }],
    ['a birth date in the future', { body: { _dateOfBirth: '9999-01-01' } }],
  ])('changes nothing of an answer with %s', async (_name, response) => {
    const result = await perform(inputOf(response));

    expect(result).toEqual({ response: {} });
  });
});

describe('toAgeInYears', () => {
  it.each([
    ['2000-06-15', '2024-06-14', 23],
    ['2000-06-15', '2024-06-15', 24],
    ['2000-06-15', '2024-06-16', 24],
    ['2000-02-29', '2023-02-28', 22],
    ['2000-02-29', '2023-03-01', 23],
    ['2024-06-15', '2024-06-15', 0],
    ['2000-06-15T23:59:59Z', '2024-06-15', 24],
    ['2000-12-31', '2024-01-01', 23],
    ['2024-06-16', '2024-06-15', undefined],
    ['2025-01-01', '2024-06-15', undefined],
  ])('tells of somebody born on %s, on %s: %s', (birth, today, expected) => {
    const age = toAgeInYears(birth, new Date(`${today}T00:00:00Z`));

    expect(age).toBe(expected);
  });

  it.each([undefined, null, 5, {}, [], '', 'unknown', '2000-13-45'])('returns undefined for %j', (birth) => {
    const age = toAgeInYears(birth, new Date('2024-06-15T00:00:00Z'));

    expect(age).toBeUndefined();
  });
});
