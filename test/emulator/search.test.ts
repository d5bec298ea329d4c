import { parseSearchRequest, searchEntities } from '../../emulator/search.ts';
import type { Json } from '../builders/emulator.ts';

const ann: Json = {
  _id: 'ann',
  _name: { firstName: 'Ann', lastName: 'Fox' },
  _gender: 'FEMALE',
  _phone: null,
  _dateOfBirth: '1990-06-15',
  _template: { id: 't-1', name: 'Patient' },
  _creationTime: '2026-01-01T10:00:00.000Z',
  weight: 9,
};
const bob: Json = {
  _id: 'bob',
  _name: { firstName: 'Bob', lastName: 'Fox' },
  _gender: 'MALE',
  _phone: '+1',
  _dateOfBirth: '1980-01-02',
  _template: { id: 't-1', name: 'Patient' },
  _creationTime: '2026-01-02T10:00:00.000Z',
  weight: 10,
};
const cat: Json = {
  _id: 'cat',
  _name: { firstName: 'Cat', lastName: 'Anner' },
  _gender: null,
  _phone: '+2',
  _dateOfBirth: null,
  _template: { id: 't-2', name: 'Other' },
  _creationTime: '2026-01-03T10:00:00.000Z',
  weight: null,
};

type Request = Parameters<typeof searchEntities>[1];

const search = (request: Request) => searchEntities([bob, ann, cat], request);
const ids = (request: Request) => search(request).data.map(({ _id }) => _id);
const matching = (filter: Json) => ids({ filter: filter as NonNullable<Request['filter']> }).sort();

describe('the filter', () => {
  it.each<[string, Json, string[]]>([
    ['eq', { _gender: { eq: 'MALE' } }, ['bob']],
    ['eq of a number', { weight: { eq: 9 } }, ['ann']],
    ['not', { _gender: { not: 'MALE' } }, ['ann', 'cat']],
    ['in', { _id: { in: ['ann', 'cat', 'nobody'] } }, ['ann', 'cat']],
    ['notIn', { _id: { notIn: ['ann'] } }, ['bob', 'cat']],
    ['like', { '_name.firstName': { like: 'n' } }, ['ann']],
    ['like in any case', { '_name.lastName': { like: 'FO' } }, ['ann', 'bob']],
    ['lt', { weight: { lt: 10, isNotNull: true } }, ['ann']],
    ['lte', { weight: { lte: 10, isNotNull: true } }, ['ann', 'bob']],
    ['gt', { weight: { gt: 9 } }, ['bob']],
    ['gte', { weight: { gte: 9 } }, ['ann', 'bob']],
    ['from a time', { _creationTime: { from: '2026-01-02T10:00:00.000Z' } }, ['bob', 'cat']],
    ['to a time', { _creationTime: { to: '2026-01-02T10:00:00Z' } }, ['ann', 'bob']],
    ['from and to a date', { _dateOfBirth: { from: '1980-01-02', to: '1990-06-14' } }, ['bob']],
    ['isNull', { _phone: { isNull: true } }, ['ann']],
    ['isNull of what is absent', { colour: { isNull: true } }, ['ann', 'bob', 'cat']],
    ['not isNull', { _phone: { isNull: false } }, ['bob', 'cat']],
    ['isNotNull', { _phone: { isNotNull: true } }, ['bob', 'cat']],
    ['several operators on one field', { weight: { gte: 9, lt: 10 } }, ['ann']],
    ['several fields', { '_name.lastName': { eq: 'Fox' }, _gender: { eq: 'FEMALE' } }, ['ann']],
    ['a dotted name that leads nowhere', { '_phone.area.code': { eq: '1' } }, []],
  ])('finds by %s', (_name, filter, expected) => {
    const found = matching(filter);

    expect(found).toEqual(expected);
  });

  it.each([
    ['lt', { weight: { lt: 100 } }],
    ['lte', { weight: { lte: 100 } }],
    ['gt', { weight: { gt: -1 } }],
    ['gte', { weight: { gte: -1 } }],
  ])('does not find by %s what has no value', (_name, filter) => {
    const found = matching(filter);

    expect(found).toEqual(['ann', 'bob']);
  });

  it.each<[string, Json]>([
    ['no filter at all', {}],
    ['a field without operators', { _gender: {} }],
    ['in of nothing', { _gender: { in: [] } }],
    ['notIn of nothing', { _gender: { notIn: [] } }],
    ['an empty filter', { _gender: { filter: {} } }],
    ['an empty like', { _gender: { like: '' } }],
    ["the portal's own", { _gender: { in: ['FEMALE', 'MALE', null], notIn: [], filter: {} } }],
  ])('finds everything by %s', (_name, filter) => {
    const found = matching(filter);

    expect(found).toEqual(['ann', 'bob', 'cat']);
  });

  it.each([
    ['_templateId', 't-2', ['cat']],
    ['_templateName', 'Patient', ['ann', 'bob']],
  ])('finds by the field %s', (field, value, expected) => {
    const found = matching({ [field]: { eq: value } });

    expect(found).toEqual(expected);
  });

  it.each<[string, Json, string[]]>([
    [
      '$OR',
      { $OR: { filter: { _gender: { eq: 'MALE' }, '_name.lastName': { like: 'anner' } } } },
      ['bob', 'cat'],
    ],
    ['$AND', { $AND: { filter: { _phone: { isNotNull: true }, weight: { gt: 1 } } } }, ['bob']],
    ['$NOT', { $NOT: { filter: { _gender: { eq: 'MALE' }, weight: { eq: 10 } } } }, ['ann', 'cat']],
    [
      '$OR beside a field, and $AND in it',
      {
        '_name.lastName': { eq: 'Fox' },
        $OR: {
          filter: {
            _gender: { eq: 'FEMALE' },
            $AND: { filter: { _gender: { eq: 'MALE' }, weight: { lt: 10 } } },
          },
        },
      },
      ['ann'],
    ],
    ['$NOT of $OR', { $NOT: { filter: { $OR: { filter: { _id: { in: ['ann', 'bob'] } } } } } }, ['cat']],
    ['an empty $NOT', { $NOT: { filter: {} } }, ['ann', 'bob', 'cat']],
    ['an empty $OR', { $OR: {} }, ['ann', 'bob', 'cat']],
    ['a null for a field', { _gender: null }, ['ann', 'bob', 'cat']],
    ['a null for an operator', { _gender: { eq: null, in: null } }, ['ann', 'bob', 'cat']],
    ['an empty text to be equal to', { _phone: { eq: '' } }, []],
    ['in of a number as text', { weight: { in: ['9'] } }, ['ann']],
    ['gt of a time', { _creationTime: { gt: '2026-01-02T10:00:00.000Z' } }, ['cat']],
    ['exists', { _phone: { exists: false } }, ['ann']],
    ['an object', { _template: { eq: { id: 't-2', name: 'Other' } } }, ['cat']],
  ])('finds by %s', (_name, filter, expected) => {
    const found = matching(filter);

    expect(found).toEqual(expected);
  });

  it('finds a list by any of its elements', () => {
    const listed = [
      { _id: 'a', labels: ['red', 'blue'], visits: [{ place: 'here' }, { place: 'there' }] },
      { _id: 'b', labels: [], visits: [] },
    ];
    const idsOf = (filter: Json) =>
      searchEntities(listed, { filter: filter as NonNullable<Request['filter']> }).data.map(({ _id }) => _id);

    const found = [
      idsOf({ labels: { in: ['blue'] } }),
      idsOf({ 'visits.place': { eq: 'there' } }),
      idsOf({ labels: { not: 'red' } }),
    ];

    expect(found).toEqual([['a'], ['a'], ['b']]);
  });

  it.each<[string, unknown]>([
    ['a filter that is a list', []],
    ['a field without operators', { _id: 'ann' }],
    ['in of a text', { _id: { in: 'ann' } }],
    ['notIn of a number', { _id: { notIn: 5 } }],
    ['like of a number', { _id: { like: 5 } }],
    ['lt of words', { weight: { lt: 'nine' } }],
    ['from of a number', { _creationTime: { from: 5 } }],
    ['to of no date', { _creationTime: { to: 'tomorrow' } }],
    ['isNull of a text', { _phone: { isNull: 'true' } }],
    ['a filter under a field', { _phone: { filter: { _id: { eq: 'ann' } } } }],
    ['more than a filter under $OR', { $OR: { filter: {}, eq: 'ann' } }],
    ['a wrong operator deep within', { $OR: { filter: { $NOT: { filter: { _id: { is: 'ann' } } } } } }],
  ])('refuses %s with 400', (_name, filter) => {
    expect(() => search({ filter } as Request)).toThrow(
      expect.objectContaining({ name: 'BiotError', status: 400 }),
    );
  });

  it.each(['equals', 'constructor', '__proto__'])('refuses the operator %s with 400', (operator) => {
    const filter = { _id: JSON.parse(`{"${operator}":"ann"}`) };

    expect(() => search({ filter })).toThrow(expect.objectContaining({ name: 'BiotError', status: 400 }));
  });
});

describe('freeTextSearch', () => {
  it.each([
    ['one word', 'bob', ['bob']],
    ['any of several words', 'bob anner', ['bob', 'cat']],
    ['a part of a word', 'an', ['ann', 'cat']],
    ['an empty text', '', ['ann', 'bob', 'cat']],
  ])('finds by %s', (_name, freeTextSearch, expected) => {
    const found = ids({ freeTextSearch }).sort();

    expect(found).toEqual(expected);
  });
});

describe('sort', () => {
  it.each<[string, Request, string[]]>([
    ['newest first by default', {}, ['cat', 'bob', 'ann']],
    ['newest first when the list is empty', { sort: [] }, ['cat', 'bob', 'ann']],
    ['upwards', { sort: [{ prop: '_creationTime', order: 'ASC' }] }, ['ann', 'bob', 'cat']],
    ['downwards when no order is said', { sort: [{ prop: '_id' }] }, ['cat', 'bob', 'ann']],
    [
      'by a second field where the first is the same',
      {
        sort: [
          { prop: '_name.lastName', order: 'ASC' },
          { prop: '_name.firstName', order: 'DESC' },
        ],
      },
      ['cat', 'bob', 'ann'],
    ],
  ])('is %s', (_name, request, expected) => {
    const found = ids(request);

    expect(found).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['a text', '_id'],
    ['no property', [{ order: 'ASC' }]],
    ['an unknown order', [{ prop: '_id', order: 'UP' }]],
  ])('is refused with 400 for %s', (_name, sort) => {
    expect(() => search({ sort } as Request)).toThrow(
      expect.objectContaining({ name: 'BiotError', status: 400 }),
    );
  });

  it('is by default the latest first, also of those of one moment', () => {
    const sameTime = ['a', 'b', 'c'].map((_id) => ({ _id, _creationTime: '2026-01-01T10:00:00.000Z' }));

    const { data } = searchEntities(sameTime, {});

    expect(data.map(({ _id }) => _id)).toEqual(['c', 'b', 'a']);
  });

  it('is by default by what the service calls the creation time', () => {
    const plugins = [
      { name: 'new', creationTime: '2026-01-02' },
      { name: 'old', creationTime: '2026-01-01' },
    ];

    const { data, metadata } = searchEntities(plugins, {}, 'creationTime');

    expect([data.map(({ name }) => name), metadata]).toEqual([
      ['new', 'old'],
      expect.objectContaining({ sort: [{ prop: 'creationTime', order: 'DESC' }] }),
    ]);
  });

  it('is for numbers by their value', () => {
    const found = ids({
      filter: { weight: { isNotNull: true } },
      sort: [{ prop: 'weight', order: 'ASC' }],
    });

    expect(found).toEqual(['ann', 'bob']);
  });
});

describe('pages', () => {
  const sort = [{ prop: '_id', order: 'ASC' }];

  it.each([
    [0, ['ann', 'bob']],
    [1, ['cat']],
    [2, []],
  ])('page %i of two each holds %j', (page, expected) => {
    const { data, metadata } = search({ sort, limit: 2, page });

    expect({ ids: data.map(({ _id }) => _id), metadata }).toEqual({
      ids: expected,
      metadata: { sort, filter: {}, page: { totalResults: 3, page, limit: 2 } },
    });
  });

  it('count what the filter lets through', () => {
    const filter = { '_name.lastName': { eq: 'Fox' } };

    const { metadata } = search({ filter, limit: 1 });

    expect(metadata).toEqual({
      sort: [{ prop: '_creationTime', order: 'DESC' }],
      filter,
      page: { totalResults: 2, page: 0, limit: 1 },
    });
  });

  it.each<[string, unknown]>([
    ['limit', 0],
    ['limit', -1],
    ['limit', 1.5],
    ['limit', '10'],
    ['page', -1],
    ['page', 0.5],
    ['freeTextSearch', 5],
  ])('are refused with 400 for the %s %j', (name, value) => {
    expect(() => search({ [name]: value })).toThrow(
      expect.objectContaining({ name: 'BiotError', status: 400 }),
    );
  });

  it('hold a hundred by default', () => {
    const many = Array.from({ length: 101 }, (_value, index) => ({ _id: String(index) }));

    const { data, metadata } = searchEntities(many, {});

    expect([data.length, metadata]).toEqual([
      100,
      expect.objectContaining({ page: { totalResults: 101, page: 0, limit: 100 } }),
    ]);
  });
});

describe('parseSearchRequest', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['{}', {}],
    ['{"limit":30,"filter":{"_id":{"eq":"a"}}}', { limit: 30, filter: { _id: { eq: 'a' } } }],
  ])('reads %j', (text, expected) => {
    const request = parseSearchRequest(text);

    expect(request).toEqual(expected);
  });

  it.each(['{', 'nonsense', 'null', '[]', '"text"', '5'])('refuses %j with 400', (text) => {
    expect(() => parseSearchRequest(text)).toThrow(
      expect.objectContaining({ name: 'BiotError', status: 400 }),
    );
  });
});
