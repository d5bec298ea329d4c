import { parseHttpStatusCode, toHttpStatusCode } from '../../../emulator/dispatcher/httpStatusCode.ts';

const statuses: [number, string][] = [
  [200, 'OK'],
  [201, 'CREATED'],
  [204, 'NO_CONTENT'],
  [207, 'MULTI_STATUS'],
  [404, 'NOT_FOUND'],
  [409, 'CONFLICT'],
  [418, 'I_AM_A_TEAPOT'],
  [422, 'UNPROCESSABLE_ENTITY'],
  [500, 'INTERNAL_SERVER_ERROR'],
];

describe('toHttpStatusCode', () => {
  it.each(statuses)("writes %i as Java's text with %s", (status, name) => {
    const text = toHttpStatusCode(status);

    expect(text).toBe(`${status} ${name}`);
  });
});

describe('parseHttpStatusCode', () => {
  it.each(statuses)('reads %i as text, as bare name and as number', (status, name) => {
    const read = [`${status} ${name}`, name, status, String(status)].map(parseHttpStatusCode);

    expect(read).toEqual([status, status, status, status]);
  });

  it.each<unknown>([undefined, null, '', 'WHATEVER', '2000', {}, { toString: 1 }, 99, 600])(
    'has no status for %j',
    (value) => {
      const status = parseHttpStatusCode(value);

      expect(status).toBeUndefined();
    },
  );
});
