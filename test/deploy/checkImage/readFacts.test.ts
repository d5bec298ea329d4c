import { readFacts } from '../../../deploy/checkImage/readFacts.ts';
import { createElf } from '../../builders/elf.ts';

const BASE64 = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
const toKey = (kind: string, end = '\n') => `-----BEGIN ${kind}PRIVATE KEY-----${end}${BASE64}${end}`;

async function* split(text: string, at: number) {
  yield Buffer.from(text.slice(0, at));
  yield Buffer.from(text.slice(at));
}

describe('readFacts', () => {
  it.each([
    ['PKCS#8', toKey('')],
    ['RSA', toKey('RSA ')],
    ['OpenSSH', toKey('OPENSSH ')],
    ['an encrypted one', '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n'],
    ['one in JSON', JSON.stringify(toKey(''))],
    ['one of Windows', toKey('', '\r\n')],
    ['one behind documentation', `-----BEGIN PRIVATE KEY-----\n…\n${toKey('')}`],
  ])('finds a private key: %s', async (_what, text) => {
    const facts = await readFacts('/a', split(text, 0));

    expect(facts.hasPrivateKey).toBe(true);
  });

  it('finds a private key wherever it is cut in two', async () => {
    const text = `${'x'.repeat(1000)}${toKey('')}${'y'.repeat(1000)}`;
    const cuts = Array.from({ length: 140 }, (_, i) => 990 + i);

    const found = await Promise.all(cuts.map((at) => readFacts('/a', split(text, at))));

    expect(found.filter(({ hasPrivateKey }) => !hasPrivateKey)).toEqual([]);
  });

  it.each([
    ['a public key', toKey('').replace('PRIVATE', 'PUBLIC')],
    ['a mark without a key', '-----BEGIN PRIVATE KEY-----\nyour key here\n'],
  ])('takes no private key for one: %s', async (_what, text) => {
    const facts = await readFacts('/a', split(text, 10));

    expect(facts).toEqual({});
  });

  it.each([
    ['/a', createElf().toString('latin1'), { elf: { isAmd64: true } }],
    [
      '/a',
      createElf({ interpreter: '/lib/ld.so' }).toString('latin1'),
      { elf: { isAmd64: true, interpreter: '/lib/ld.so' } },
    ],
    ['/a', '#!/bin/sh\nls\n', { shebang: '/bin/sh' }],
    ['/a', '#!/bin/sh\r\nls\r\n', { shebang: '/bin/sh\r', hasCrlf: true }],
    ['/.netrc', 'machine a login b password c', { hasCredentials: true }],
    ['/.git-credentials', 'https://a:b@c', { hasCredentials: true }],
    ['/a.json', '{"headers":{"hooktype":"NOTIFICATION"}}', { isEvent: true }],
    ['/a.js', '{"rawPath":1}', {}],
  ])('reads of %s %j', async (path, text, expected) => {
    const facts = await readFacts(path, split(text, text.length));

    expect(facts).toEqual(expected);
  });
});
