import { readOptions } from '../../serve/readOptions.ts';

const TLS = { TLS_CERT_FILE: '/certs/cert.pem', TLS_KEY_FILE: '/certs/key.pem' };
const read = (env: Record<string, string>, args: string[] = []) =>
  readOptions({ env, args, pluginTimeoutSeconds: 10 });

describe('readOptions', () => {
  it('serves HTTPS on all interfaces unless told otherwise', () => {
    const options = read(TLS);

    expect(options).toEqual({
      port: 8443,
      tls: { certFile: '/certs/cert.pem', keyFile: '/certs/key.pem' },
      appName: 'plugin',
      timeoutSeconds: 10,
      maxEvents: 100,
    });
  });

  it('takes all from the environment', () => {
    const env = { PORT: '80', HOST: '127.0.0.1', TIMEOUT_SECONDS: '30', MAX_EVENTS: '5' };

    const options = read({ ...env, BIOT_APP_NAME: 'My plugin' }, ['--http']);

    expect(options).toEqual({
      port: 80,
      host: '127.0.0.1',
      appName: 'My plugin',
      timeoutSeconds: 30,
      maxEvents: 5,
    });
  });

  it.each([
    ['PORT', { ...TLS, PORT: '65536' }],
    ['PORT', { ...TLS, PORT: 'https' }],
    ['TIMEOUT_SECONDS', { ...TLS, TIMEOUT_SECONDS: '0' }],
    ['TIMEOUT_SECONDS', { ...TLS, TIMEOUT_SECONDS: '901' }],
    ['MAX_EVENTS', { ...TLS, MAX_EVENTS: '0' }],
    ['TLS_CERT_FILE', { TLS_KEY_FILE: '/certs/key.pem' }],
    ['TLS_KEY_FILE', { TLS_CERT_FILE: '/certs/cert.pem', TLS_KEY_FILE: ' ' }],
  ])('names %s when it is wrong or missing', (name, env) => {
    const reading = () => read(env);

    expect(reading).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringContaining(name) }));
  });

  it('refuses an option that there is not', () => {
    const reading = () => read(TLS, ['--htpp']);

    expect(reading).toThrow(expect.objectContaining({ code: 'INVALID_SETTING', exitCode: 2 }));
  });
});
