import { toUrl } from '../../../src/runtime/toUrl.ts';
import { failureOf } from '../../builders/failure.ts';

const BASE_URL = 'https://api.test/prefix';

describe('toUrl', () => {
  it.each([
    ['/organization/v1/users/patients'],
    ['/organization/v1/users/patients/7d0f4f7a'],
    ['/a/b?name=../c&path=./d'],
    ['/a/...'],
    ['/a/.hidden'],
    ['/a/b..c'],
    ['/a b/ü'],
    ['//evil.test/a'],
    ['/@evil.test/a'],
    ['/:80/a'],
    ['/https://evil.test/a'],
    ['/a#../b'],
    [`/${encodeURIComponent('../b\r\n\\')}`],
  ])('leads %j to the host and below the path of the base URL', (path) => {
    const url = new URL(toUrl(BASE_URL, path));

    expect(url.origin).toBe('https://api.test');
    expect(url.pathname.startsWith('/prefix/')).toBe(true);
  });

  it.each([
    ['is empty', ''],
    ['has no slash', 'evil'],
    ['is an address', 'https://evil.test/'],
    ['begins with an @', '@evil.test/'],
    ['begins with a dot', '.evil.test/'],
    ['begins with a port', ':81/'],
    ['begins with a question mark', '?a'],
    ['begins with a backslash', '\\\\evil.test/'],
    ['has a backslash', '/\\evil.test'],
    ['goes up by a backslash', '/a/..\\evil'],
    ['goes up once a tab is left out', '/a/.\t./evil'],
    ['has a line end', '/a\r\nhost: evil.test'],
    ['has a line end before it goes up', '/a/.\n./evil'],
    ['has a null', '/a\0evil'],
  ])('throws when the path %s, and does not tell it', async (_name, path) => {
    const error = await failureOf(() => toUrl(BASE_URL, path));

    expect(error.message).toMatch(/^The path of a call to BioT /);
    expect(error.message).not.toContain('evil');
  });

  it.each([
    ['goes up', '/a/../../evil'],
    ['ends by going up', '/a/..'],
    ['goes up before its query', '/a/..?evil'],
    ['goes up before its fragment', '/a/..#evil'],
    ['goes up in another way to write it', '/a/%2E%2e/evil'],
    ['goes up in yet another way', '/a/.%2e/evil'],
    ['stays where it is', '/a/./evil'],
  ])(
    'throws CALL_TO_API_FAILED, as for any id that BioT does not have, when the path %s',
    async (_name, path) => {
      const error = await failureOf(() => toUrl(BASE_URL, path));

      expect(error).toMatchObject({ code: 'CALL_TO_API_FAILED', status: 502, details: {} });
      expect(String(error.cause)).toMatch(/^Error: The path of a call to BioT has a segment of dots/);
      expect(String(error.cause)).not.toContain('evil');
    },
  );
});
