import { toNpmComponent } from '../../../deploy/supply/components.ts';

const SHA512 = 'ab'.repeat(64);
const base64 = Buffer.from(SHA512, 'hex').toString('base64');

describe('toNpmComponent', () => {
  it.each<[string, string | undefined, string[]]>([
    ['a SHA-512', `sha512-${base64}`, [SHA512]],
    ['a SHA-512 behind another one', `sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha512-${base64}`, [SHA512]],
    ['a SHA-1', 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=', []],
    ['half a SHA-512', `sha512-${base64.slice(0, 40)}`, []],
    ['no hash', undefined, []],
  ])('takes of %s in the lock file no other hash than that', (_name, integrity, expected) => {
    const component = toNpmComponent({ name: 'a', version: '1.0.0', ...(integrity && { integrity }) });

    expect([...component.hashes.values()]).toEqual(expected);
  });
});
