import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Finding } from '../../../deploy/doctor/check.ts';
import { findProxy } from '../../../deploy/doctor/findProxy.ts';
import { checkAddress, checkDns, checkTcp, checkTls } from '../../../deploy/doctor/networkChecks.ts';
import { runProgram } from '../../../deploy/runProgram.ts';
import { hasProgram, itWhere } from '../../builders/emulator.ts';
import { newFolder, newPatient } from '../../builders/patient.ts';

const at = (baseUrl: string, env: NodeJS.ProcessEnv = {}) => newPatient({ settings: { baseUrl }, env });

describe('checkAddress', () => {
  it.each<[string | undefined, NodeJS.ProcessEnv, Finding['status'], string]>([
    [undefined, {}, 'skipped', 'BIOT_CLI_BASE_URL is not set, so no BioT is looked at: see .env.example'],
    ['api.x.com', {}, 'problem', 'BIOT_CLI_BASE_URL is not the address of an API: api.x.com'],
    [
      ...(['me:secret@api.x.com', {}, 'problem'] as const),
      'BIOT_CLI_BASE_URL is not the address of an API: …@api.x.com',
    ],
    ['https://api.x.com', {}, 'ok', 'https://api.x.com'],
    [
      'https://api.x.com',
      { HTTPS_PROXY: 'http://me:secret@proxy:3128' },
      'ok',
      'https://api.x.com, through the proxy proxy:3128',
    ],
    [
      'https://api.x.com',
      { NODE_EXTRA_CA_CERTS: '/nowhere.pem' },
      'warning',
      'https://api.x.com; NODE_EXTRA_CA_CERTS names /nowhere.pem, which is not there',
    ],
  ])('says of %s with %j: %s', async (...[baseUrl, env, status, message]) => {
    const settings = baseUrl === undefined ? {} : { baseUrl };

    const finding = await checkAddress(newPatient({ settings, env }));

    expect(finding).toMatchObject({ status, message });
  });
});

describe('findProxy', () => {
  it.each<[string, NodeJS.ProcessEnv, string | undefined]>([
    ['https://api.x.com', { HTTPS_PROXY: 'http://p:1' }, 'p:1'],
    ['https://api.x.com', { https_proxy: 'p:1' }, 'p:1'],
    ['http://api.x.com', { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['https://api.x.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'y.com, .x.com' }, undefined],
    ['https://api.x.com', { HTTPS_PROXY: 'http://p:1', no_proxy: '*' }, undefined],
    ['https://apix.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'x.com' }, 'p:1'],
  ])('for %s and %j is %s', (url, env, expected) => {
    const proxy = findProxy(new URL(url), env);

    expect(proxy?.host).toBe(expected);
  });
});

describe('checkDns', () => {
  it('names the host that nobody knows', async () => {
    const finding = await checkDns(at('https://api.nowhere.invalid'));

    expect(finding).toMatchObject({
      status: 'problem',
      message: expect.stringMatching(/^The name api\.nowhere\.invalid is not known here \(E/),
    });
  });

  it('finds this machine', async () => {
    const finding = await checkDns(at('http://localhost:1'));

    expect(finding).toEqual({ status: 'ok', message: expect.stringContaining('localhost is ') });
  });
});

describe('checkTcp', () => {
  it('names the port at which nobody listens', async () => {
    const finding = await checkTcp(at('http://127.0.0.1:1'));

    expect(finding).toMatchObject({
      status: 'problem',
      message: '127.0.0.1 takes no connection on port 1 (ECONNREFUSED)',
      cure: expect.stringContaining('npx biot-plugin emulator'),
    });
  });

  it('tries the proxy where there is one', async () => {
    const finding = await checkTcp(at('https://api.x.com', { HTTPS_PROXY: 'http://127.0.0.1:1' }));

    expect(finding.message).toBe('127.0.0.1 takes no connection on port 1 (ECONNREFUSED)');
  });
});

describe('checkTls', () => {
  const folder = newFolder();

  it('wants no certificate of an http address', async () => {
    const finding = await checkTls(at('http://127.0.0.1:1'));

    expect(finding.status).toBe('ok');
  });

  const itWithOpenssl = itWhere(hasProgram('openssl'), 'openssl is not on the PATH', false);

  itWithOpenssl('says who issued a certificate that is not trusted, and how to trust it', async () => {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
    const subject = ['-subj', '/O=Our Company/CN=localhost'];
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...subject];
    await runProgram('openssl', [...args, '-keyout', key, '-out', cert]);
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;

    const finding = await checkTls(at(`https://localhost:${port}`));

    server.close();
    expect(finding).toEqual({
      status: 'problem',
      message: expect.stringMatching(
        /^The certificate of localhost, issued by Our Company until .*SELF_SIGNED/,
      ),
      cure: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });
});
