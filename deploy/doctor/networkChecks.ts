import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Settings } from '../settings.ts';
import { withoutPassword } from '../withoutPassword.ts';
import { type Finding, ok, type Patient, problem, skipped, warning } from './check.ts';
import { findProxy } from './findProxy.ts';

const PATIENCE_MS = 5000;
const DAY_MS = 24 * 60 * 60_000;
const SOON_DAYS = 14;

type Network = Pick<Patient, 'settings' | 'env'>;

const toUrl = ({ baseUrl = '' }: Settings): URL => new URL(baseUrl);

/** Where the first connection goes to. */
function toHop({ settings, env }: Network): { host: string; port: number; proxy?: URL } {
  const url = toUrl(settings);
  const proxy = findProxy(url, env);
  const { hostname, port, protocol } = proxy ?? url;
  const host = hostname.replace(/^\[|\]$/g, '');
  return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80), ...(proxy && { proxy }) };
}

export async function checkAddress({ settings, env }: Network): Promise<Finding> {
  const { baseUrl } = settings;
  if (baseUrl === undefined)
    return skipped('BIOT_CLI_BASE_URL is not set, so no BioT is looked at: see .env.example');
  const url = URL.parse(baseUrl);
  if (!url || !/^https?:$/.test(url.protocol))
    return problem(
      `BIOT_CLI_BASE_URL is not the address of an API: ${withoutPassword(baseUrl)}`,
      'It looks like https://api.<your environment>.biot-med.com',
    );
  const proxy = findProxy(url, env);
  const { NODE_EXTRA_CA_CERTS: authorities } = env;
  if (authorities && !existsSync(authorities))
    return warning(
      `${url.origin}; NODE_EXTRA_CA_CERTS names ${authorities}, which is not there`,
      'Mend its path.',
    );
  const told = [proxy && `through the proxy ${proxy.host}`, authorities && `trusting also ${authorities}`];
  return ok([url.origin, ...told.filter(Boolean)].join(', '));
}

export async function checkDns(network: Network): Promise<Finding> {
  const { host } = toHop(network);
  if (isIP(host)) return ok(`${host} is an address`);
  try {
    const found = await lookup(host, { all: true });
    return ok(`${host} is ${found.map(({ address }) => address).join(', ')}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return problem(
      `The name ${host} is not known here (${code})`,
      'Check BIOT_CLI_BASE_URL for a slip of the pen; some networks know a name only inside their VPN.',
    );
  }
}

export async function checkTcp(network: Network): Promise<Finding> {
  const { host, port } = toHop(network);
  const failure = await new Promise<string | undefined>((resolve) => {
    const socket = connectTcp({ host, port, timeout: PATIENCE_MS }, () => end());
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('timeout', () => end(`no answer in ${PATIENCE_MS / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
  if (!failure) return ok(`${host} takes connections on port ${port}`);
  return problem(
    `${host} takes no connection on port ${port} (${failure})`,
    isLocal(host)
      ? 'Start the local BioT (npx biot-plugin emulator, or npm start) and set the address that it prints.'
      : 'Is there a firewall or VPN between? Where a proxy must be used, set HTTPS_PROXY.',
  );
}

const isLocal = (host: string): boolean => /^(localhost|127\.|::1$)/.test(host);

export async function checkTls(network: Network): Promise<Finding> {
  const { host, port, proxy } = toHop(network);
  if (toUrl(network.settings).protocol === 'http:') return ok('None: the address is http');
  if (proxy) return ok('Through a proxy it is looked at with the first call');
  const { certificate, refusal } = await readCertificate(host, port);
  const { O: organization, CN: issuedBy } = certificate.issuer ?? {};
  const issuer = String(organization ?? issuedBy ?? 'nobody');
  if (refusal)
    return problem(
      `The certificate of ${host}, issued by ${issuer} until ${certificate.valid_to}, is not trusted: ${refusal}`,
      /ALTNAME|EXPIRED/.test(refusal)
        ? 'Check BIOT_CLI_BASE_URL and this machine’s clock; otherwise whoever runs that server has to mend it.'
        : 'If it is your company’s own, set NODE_EXTRA_CA_CERTS to a file with its issuer’s certificate (PEM).',
    );
  const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
  const said = `Issued by ${issuer}, good for ${days} more days`;
  return days < SOON_DAYS ? warning(said, 'Whoever runs that server has to renew it.') : ok(said);
}

/** `refusal` is a code like `DEPTH_ZERO_SELF_SIGNED_CERT`. @throws Error when there is no handshake at all */
function readCertificate(
  host: string,
  port: number,
): Promise<{ certificate: PeerCertificate; refusal: string | undefined }> {
  const name = isIP(host) ? {} : { servername: host };
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connectTls({ host, port, ...name, rejectUnauthorized: false }, () => {
      const error = socket.authorizationError as (Error & { code?: string }) | string | null;
      const refusal = typeof error === 'object' ? (error?.code ?? error?.message) : error;
      resolve({ certificate: socket.getPeerCertificate(), refusal });
      socket.destroy();
    });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('the TLS handshake takes too long')));
    socket.once('error', reject);
  });
}
