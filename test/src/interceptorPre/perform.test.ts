import type { PreData } from '../../../src/interceptorPre/extractDataFromEvent.ts';
import { isInFuture, perform } from '../../../src/interceptorPre/perform.ts';
import { PATIENTS } from '../../builders/events.ts';
import { performInput } from '../../builders/perform.ts';

const inputOf = (request: Partial<PreData['request']>) =>
  performInput<PreData>({
    apiId: `POST${PATIENTS}`,
    entityName: 'patient',
    method: 'POST',
    request: { path: PATIENTS, ...request },
  });

describe('perform', () => {
  it('normalises the e-mail address and leaves the rest of the body as it is', async () => {
    const body = { _name: { firstName: ' F ' }, _email: ' First.Last@Example.COM ', _phone: null };

    const result = await perform(inputOf({ body }));

    expect(result).toEqual({ request: { body: { ...body, _email: 'first.last@example.com' } } });
    expect(body._email).toBe(' First.Last@Example.COM ');
  });

  it.each<[string, object]>([
    ['no body', {}],
    ['null for a body, as a GET has', { body: null }],
    ['text for a body', { body: 'text' }],
    ['a list for a body', { body: [{ _email: 'A@B' }] }],
    ['no e-mail address', { body: { _phone: null } }],
    ['null for the e-mail address', { body: { _email: null } }],
    ['a number for the e-mail address', { body: { _email: 5 } }],
    ['a birth date that is null', { body: { _dateOfBirth: null } }],
  ])('changes nothing of a request with %s', async (_name, request) => {
    const result = await perform(inputOf(request));

    expect(result).toEqual({ request: {} });
  });

  it('refuses a birth date in the future with 400', async () => {
    const result = perform(inputOf({ body: { _dateOfBirth: '9999-01-01', _email: 'a@b' } }));

    await expect(result).rejects.toMatchObject({ status: 400, code: 'BIRTH_DATE_IN_FUTURE' });
  });

  it('takes a birth date in the past', async () => {
    const body = { _dateOfBirth: '1990-06-15', _email: 'a@b' };

    const result = await perform(inputOf({ body }));

    expect(result).toEqual({ request: { body } });
  });
});

describe('isInFuture', () => {
  const now = new Date('2024-02-28T09:59:59Z');

  it.each([
    ['2024-02-27', false],
    ['2024-02-28', false],
    ['2024-02-29', true],
    ['2025-01-01', true],
    ['2024-02-28T23:00:00Z', false],
  ])('tells of %s, just before ten o’clock UTC on 2024-02-28: %s', (date, expected) => {
    const result = isInFuture(date, now);

    expect(result).toBe(expected);
  });

  it('takes the day that has begun in the earliest time zone for today', () => {
    const result = isInFuture('2024-02-29', new Date('2024-02-28T10:00:00Z'));

    expect(result).toBe(false);
  });

  it.each([undefined, null, 5, {}, [], ''])('is false for %j, which is no date', (date) => {
    const result = isInFuture(date, now);

    expect(result).toBe(false);
  });
});
