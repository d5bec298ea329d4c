import { createPseudonyms } from '../../../emulator/console/recordPseudonyms.ts';
import { recordValue } from '../../../emulator/console/recordValue.ts';
import { toScheduledEvent } from '../../../emulator/cron/scheduledEvent.ts';

const PATIENT_ID = '3e256d8d-e5e2-42bf-a091-1e6b4afef2fb';
const TEMPLATE_ID = '11111111-0000-4000-8000-000000000001';
const ORGANIZATION_ID = '00000000-0000-0000-0000-000000000000';
const WORD = expect.stringMatching(/^[A-Z][a-z]+$/);
const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

const record = (value: unknown) => recordValue(value, 'event', createPseudonyms());
const recordText = (key: string, text: string) =>
  (record({ [key]: text }).value as Record<string, string>)[key] ?? '';

const preEvent = {
  initiatorData: { subjectId: PATIENT_ID, ownerOrganizationId: ORGANIZATION_ID, tokenType: 'USER' },
  method: 'PATCH',
  entityName: 'patient',
  apiId: 'PATCH/organization/v1/users/patients/{id}',
  request: {
    path: `/organization/v1/users/patients/${PATIENT_ID}`,
    pathVariables: [{ name: 'id', value: PATIENT_ID }],
    queryParameters: {
      searchRequest: [
        '{"filter":{"_name.firstName":{"eq":"Anna"}},"sort":[{"prop":"_creationTime"}],"limit":30}',
      ],
    },
    headers: {
      authorization: '[redacted]',
      cookie: '[redacted]',
      'x-forwarded-for': '147.235.209.7:3824',
      'content-type': 'application/json',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)',
    },
    body: {
      _name: { firstName: 'Anna', lastName: 'O’Hara' },
      _email: 'Anna.Cohen@clinic.org',
      _phone: '+972-54-1234567',
      _nationalId: '012345678',
      _dateOfBirth: '1980-03-05',
      _address: { countryCode: 'IL', city: 'Haifa', zipCode: '31000', address1: 'Herzl 7' },
      _description: 'Anna fell on 5 May',
      _username: 'anna.cohen@clinic.org',
      _template: { id: TEMPLATE_ID, name: 'Patient', displayName: 'Patient' },
      _ownerOrganization: { id: ORGANIZATION_ID, name: 'Primary' },
      _enabled: 'ENABLED',
      _creationTime: '2026-01-01T10:00:00.000Z',
      score: 7,
      mobile: 541_234_567,
      nothing: null,
    },
  },
};

describe('recordValue', () => {
  it('leaves an address an address: this machine’s own and ports stay, the same elsewhere is the same again', () => {
    const { value } = record({ _name: '127.0.0.1:63718', _note: '147.235.209.7:3824', ip: '147.235.209.7' });

    const { _name: own, _note: other, ip } = value as Record<string, string>;
    expect([own, other]).toEqual(['127.0.0.1:63718', `${ip}:3824`]);
    expect(ip).toMatch(/^10\.\d+\.\d+\.\d+$/);
  });

  it('gives pseudonyms for all that is personal, in its own shape, and keeps the rest', () => {
    const { value, unknown } = record(preEvent);

    expect(unknown).toEqual([]);
    expect(value).toEqual({
      ...preEvent,
      initiatorData: { ...preEvent.initiatorData, subjectId: UUID },
      request: {
        path: expect.stringMatching(/^\/organization\/v1\/users\/patients\/[0-9a-f-]{36}$/),
        pathVariables: [{ name: 'id', value: UUID }],
        queryParameters: {
          searchRequest: [
            expect.stringMatching(
              /^{"filter":{"_name.firstName":{"eq":"[A-Z][a-z]{3}"}},"sort":\[{"prop":"_creationTime"}\],"limit":30}$/,
            ),
          ],
        },
        headers: {
          'x-forwarded-for': expect.stringMatching(/^10\.\d+\.\d+\.\d+:3824$/),
          'content-type': 'application/json',
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)',
        },
        body: {
          ...preEvent.request.body,
          _name: { firstName: WORD, lastName: expect.stringMatching(/^[A-Z]’[A-Z][a-z]{3}$/) },
          _email: expect.stringMatching(/^[A-Z][a-z]{3}\.[A-Z][a-z]{4}@[a-z]+\.example$/),
          _phone: expect.stringMatching(/^\+[1-9]\d\d-\d\d-\d{7}$/),
          _nationalId: expect.stringMatching(/^\d{9}$/),
          _dateOfBirth: expect.stringMatching(/^(19|20)\d\d-\d\d-\d\d$/),
          _address: {
            countryCode: 'IL',
            city: WORD,
            zipCode: expect.stringMatching(/^\d{5}$/),
            address1: expect.stringMatching(/^[A-Z][a-z]{4} \d$/),
          },
          _description: expect.stringMatching(/^[A-Z][a-z]{3} [a-z]{4} [a-z]{2} \d [A-Z][a-z]{2}$/),
          _username: expect.stringMatching(/^[a-z]{4}\.[a-z]{5}@[a-z]+\.example$/),
          mobile: expect.any(Number),
        },
      },
    });
  });

  it('leaves nothing of what it replaced', () => {
    const text = JSON.stringify(record(preEvent).value).toLowerCase();

    const left = [PATIENT_ID, 'anna', 'hara', 'cohen', 'clinic', '1234567', '012345678', '1980-03-05'].concat(
      ['haifa', '31000', 'herzl', 'fell', '147.235', '541234567'],
    );
    expect(left.filter((personal) => text.includes(personal))).toEqual([]);
  });

  it('gives the same value the same pseudonym within a recording, and another in the next', () => {
    const pseudonyms = createPseudonyms();
    const first = recordValue(preEvent, 'event', pseudonyms).value;

    const again = recordValue(preEvent, 'event', pseudonyms).value;
    const next = record(preEvent).value;

    expect(again).toEqual(first);
    expect(next).not.toEqual(first);
    const { path, pathVariables, body } = (first as typeof preEvent).request;
    expect(path.split('/').at(-1)).toBe(pathVariables[0]?.value);
    expect(body._username).toBe(body._email.toLowerCase());
    expect(body._description.split(' ')[0]).toBe(body._name.firstName);
  });

  it.each([
    ['firstName', 'ANNA', /^[A-Z]{4}$/],
    ['firstName', 'אנה', /^[a-z]{3}$/],
    [
      'name',
      'Room 12 of Anna, anna@x.org (054-123)',
      /^[A-Z][a-z]{3} \d\d [a-z]{2} [A-Z][a-z]{3}, [a-z]{4}@[a-z]+\.example \(\d{3}-\d{3}\)$/,
    ],
    ['_birthDate', '1980-03-05T11:22:33.000Z', /^\d{4}-\d\d-\d\dT00:00:00\.000Z$/],
    ['surgery', '2024-03-01', /^\d{4}-\d\d-\d\d$/],
    ['passport', 'AB 123456', /^[A-Z]{2} \d{6}$/],
    ['sourceIp', '2001:db8::8a2e:370:7334', /^fd00::[0-9a-f]{4}:[0-9a-f]{4}$/],
    ['_id', 'SN-00412', /^[A-Z]{2}-\d{5}$/],
    ['members', `${PATIENT_ID},${TEMPLATE_ID}`, /^[0-9a-f-]{36},[0-9a-f-]{36}$/],
    ['code7', '123456', /^[1-9]\d{5}$/],
  ])('keeps the shape of %s %j', (key, text, shape) => {
    const recorded = recordText(key, text);

    expect(recorded).toMatch(shape);
    expect(recorded).not.toBe(text);
  });

  it.each([
    ['host', '127.0.0.1:4700'],
    ['via', '127.0.0.1'],
    ['_state', 'DONE'],
    ['answer', 'true'],
    ['limit', '30'],
    ['path', '/organization/v1/users/patients/self'],
    ['startTime', '2025-11-19T10:22:54.226156564Z'],
  ])('keeps %s %j', (key, text) => {
    expect(recordText(key, text)).toBe(text);
  });

  it('keeps all of a scheduled event but its id', () => {
    const event = toScheduledEvent('my-plugin', new Date());

    const { value, unknown } = record(event);

    expect([value, unknown]).toEqual([{ ...event, id: UUID }, []]);
  });

  it.each([
    ['account', '123456789012'],
    ['region', 'Upper Galilee'],
    ['resources', 'arn:aws:events:us-east-1:000000000000:rule/Anna Cohen'],
    ['source', 'Anna Cohen'],
  ])('does not take %s %j for what a scheduled event says', (key, text) => {
    const { value, unknown } = record({ [key]: text });

    expect(unknown.length > 0 || (value as Record<string, string>)[key] !== text).toBe(true);
  });

  it.each([
    'authorization',
    'jwt',
    'Cookie',
    'set-cookie',
    'accessToken',
    'x-api-key',
    'secretKey',
    'password',
  ])('drops %s', (key) => {
    expect(record({ [key]: 'secret', a: 1 }).value).toEqual({ a: 1 });
  });

  it('names where text stands that nobody knows, and replaces in it what has a shape of its own', () => {
    const { value, unknown } = record({
      request: {
        body: { custom: [{ colour: 'Anna’s favourite, ask anna@x.org' }] },
        headers: { 'x-app': 'ward 7' },
      },
    });

    expect(unknown).toEqual(['event.request.body.custom[0].colour', 'event.request.headers.x-app']);
    expect(JSON.stringify(value)).not.toContain('anna@x.org');
  });

  it('replaces personal names of fields too', () => {
    const { value } = record({ [PATIENT_ID]: 1, 'anna@x.org': 2 });

    expect(Object.keys(value as object)).toEqual([UUID, expect.stringMatching(/^[a-z]{4}@[a-z]+\.example$/)]);
  });

  it.each<[string, unknown]>([
    ['a national id that is a number', { bsn: 123_456_782 }],
    ['a birth date that is a number', { birthDate: 331_689_600_000 }],
    ['a place', { _geo: { coordinates: [52.5170365, 13.3888599] }, lat: '52.5170365' }],
    ['an id that is a word', { deviceId: 'john' }],
    [
      'an id that is a word, in a path',
      { path: '/device/v2/john', pathVariables: [{ name: 'id', value: 'john' }] },
    ],
    ['names of fields that are no words', { 'John Smith': 3, '123456789': true }],
    ['a technical field that holds an address', { kind: 'john@x.org' }],
    ['a field of an organization', { _organization: { phone: '+49 170 1234567' } }],
    ['a secret', { pin: '1234', 'x-authorization': 'abc', awsCredential: 'abc' }],
  ])('leaves nothing of %s', (_what, value) => {
    const recorded = JSON.stringify(record(value).value);

    const personal = /john|smith|123456|331689|52\.517|13\.388|1234567|"1234"|abc/i;
    expect(JSON.stringify(value)).toMatch(personal);
    expect(recorded).not.toMatch(personal);
  });

  it.each([
    ['_status', 'John Smith is dead'],
    ['type', 'Patient 123456789'],
    ['forwarded', 'for=192.0.2.60;proto=http'],
  ])('does not know %s %j', (key, text) => {
    expect(record({ [key]: text }).unknown).toEqual([`event.${key}`]);
  });

  it.each([
    ['steps', 123_456],
    ['timestamp', 1_763_547_779_363],
    ['heightCm', 180.5],
  ])('keeps the number of %s', (key, number) => {
    expect(record({ [key]: number }).value).toEqual({ [key]: number });
  });
});
