import { checkEndpoint, queryNamesOf, withoutQuery } from '../../../deploy/endpoint/checkEndpoint.ts';

const REMOTE = 'https://api.example.biot-med.com';
const LOCAL = 'http://127.0.0.1:4700';

describe('checkEndpoint', () => {
  it.each([
    ['https://plugin.example.com/hook?key=1', REMOTE],
    ['https://10.0.0.7:8443', REMOTE],
    ['http://127.0.0.1:8080/', LOCAL],
    ['https://localhost:8443', LOCAL],
    ['https://bücher.example/häkchen', REMOTE],
    ['http://plugin.internal/', 'http://localhost:4700'],
  ])('takes %s for %s as it is written', (endpoint, baseUrl) => {
    const checked = checkEndpoint({ endpoint, baseUrl });

    expect(checked).toBe(endpoint);
  });

  it('names what is missing', () => {
    const check = () => checkEndpoint({ endpoint: undefined, baseUrl: REMOTE });

    expect(check).toThrow(
      expect.objectContaining({
        code: 'MISSING_SETTING',
        exitCode: 2,
        message: expect.stringContaining('BIOT_CLI_ENDPOINT'),
      }),
    );
  });

  it.each([
    ['plugin.example.com', 'https://'],
    ['ftp://plugin.example.com', 'https://'],
    ['https://me:secret@plugin.example.com', 'password'],
    ['https://plugin.example.com/#top', '#'],
    ['http://plugin.example.com/', 'TLS'],
    ['https://localhost:8443/', 'this machine'],
    ['https://[::1]:8443/', 'this machine'],
    ['https://0.0.0.0/', 'this machine'],
    ['https://[::ffff:127.0.0.1]/', 'this machine'],
    ['https://localhost./', 'this machine'],
    ['https:plugin.example.com', 'https://'],
    ['https://plugin.example.com/ ', 'space'],
    ['https://plugin.exa\tmple.com/', 'space'],
    ['https://plugin.example.com\\hook', 'sign'],
    ['https://plugin.example.com/\u001b[2J', 'sign'],
  ])('refuses %s for a BioT elsewhere', (endpoint, text) => {
    const check = () => checkEndpoint({ endpoint, baseUrl: REMOTE });

    const message = expect.stringContaining(text);
    expect(check).toThrow(expect.objectContaining({ code: 'INVALID_ENDPOINT', exitCode: 2, message }));
    expect(check).not.toThrow(/secret/);
  });
});

describe('queryNamesOf', () => {
  it('names what a shell has left of the query', () => {
    const names = queryNamesOf('https://plugin.example.com/?key=secret&tenant=7');

    expect(names).toEqual(['key', 'tenant']);
  });
});

describe('withoutQuery', () => {
  it.each([
    ['https://plugin.example.com/?key=secret', 'https://plugin.example.com/?…'],
    ['https://plugin.example.com/', 'https://plugin.example.com/'],
  ])('shows %s as %s', (endpoint, shown) => {
    const text = withoutQuery(endpoint);

    expect(text).toBe(shown);
  });
});
