import { isSecret } from '../../deploy/isSecret.ts';

const HEX = '9f86d081884c7d659a2feaa0c55ad015';
const BASE_64 = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ';

describe('isSecret', () => {
  it.each([
    ...[
      'API_KEY',
      'apiKey',
      'KEYS',
      'CLIENT_SECRET',
      'clientSecret',
      'ACCESS_TOKEN',
      'DB_PASSWORD',
      'DBPASSWD',
    ],
    ...['PGP_PASSPHRASE', 'CREDENTIALS', 'PRIVATE_PEM', 'BASIC_AUTH', 'TLS_CERT', 'SENTRY_DSN', 'DB_PWD'],
    ...['DB_CONNECTION_STRING', 'ConnectionString', 'COOKIE_SIGNATURE', 'PASS', 'HASH_SALT'],
  ])('hides %s, whatever its value', (name) => {
    const hidden = isSecret(name, 'x');

    expect(hidden).toBe(true);
  });

  it.each([
    ['a JWT', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.'],
    ['PEM', '-----BEGIN RSA PRIVATE KEY-----\nMII…'],
    ['an AWS key id', 'AKIAIOSFODNN7EXAMPLE'],
    ['an AWS secret', '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'],
    ['hex', HEX],
    ['base 64', BASE_64],
    ['random text in JSON', `{"a":"${HEX}"}`],
    ['an address with a password', 'postgres://user:geheim@db.example.com/x'],
    ['an address with a token', 'https://example.com/hook?access_token=abc'],
    ['an address with a signature', 'https://example.com/blob?sv=2024&sig=abc'],
    ['an address that is a secret itself', `https://hooks.example.com/services/T0/B0/${BASE_64}`],
    ['parts with a password', 'Server=db;Pwd=abc'],
    ['an authorization header', 'Basic dTpw'],
    ['a UUID', '3f2b8c1e-9d4a-4b6f-8e21-7c5d0a9b1f34'],
  ])('hides %s, whatever its name', (_what, value) => {
    const hidden = isSecret('SETTING', value);

    expect(hidden).toBe(true);
  });

  it.each([
    ['LOG_LEVEL', 'info'],
    ['MONKEY', 'yes'],
    ['KEYBOARD', 'de'],
    ['AUTHOR', 'Jane Roe'],
    ['COMPASS', 'north'],
    ['CERTAINTY', '0.5'],
    ['TEMPLATE_ID', '3f2b8c1e-9d4a-4b6f-8e21-7c5d0a9b1f34'],
    ['templateIds', '3f2b8c1e-9d4a-4b6f-8e21-7c5d0a9b1f34'],
    ['URL', 'https://api.my-environment.biot-med.com/organization/v1/users?limit=10&page=2'],
    ['BUCKET', 'my-company-production-eu-west-1-uploads'],
    ['CLASS', 'UpdateEnabledStateOfAllPatients'],
    ['ARN', 'arn:aws:lambda:us-east-1:123456789012:function:my-function-with-a-long-name'],
    ['SINCE', '2026-01-01T00:00:00.000Z'],
    ['TEXT', 'Some words, a number like 12345678901234567890 and no more'],
    ['RULES', '{"patient":{"minimum":10,"maximum":20}}'],
  ])('shows %s=%s', (name, value) => {
    const hidden = isSecret(name, value);

    expect(hidden).toBe(false);
  });
});
