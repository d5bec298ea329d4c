import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ServerLog } from './log.ts';
import { startupError } from './startupError.ts';

export type CertificateFiles = { certFile: string; keyFile: string };

/** A certificate with those that lead to its root, and its key, both PEM. */
export type Certificate = { cert: Buffer; key: Buffer };

/** @throws StartupError CERTIFICATE_FILE, INVALID_CERTIFICATE when it cannot serve */
export function readCertificate({ certFile, keyFile }: CertificateFiles): Certificate {
  const certificate = { cert: readPem('TLS_CERT_FILE', certFile), key: readPem('TLS_KEY_FILE', keyFile) };
  try {
    createSecureContext(certificate);
    return certificate;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw startupError({
      code: 'INVALID_CERTIFICATE',
      exitCode: 2,
      message: `${certFile} and ${keyFile} cannot be used as certificate and key (${code})`,
      cure: code.includes('MISMATCH')
        ? 'The key is another certificate’s: give the two that belong together.'
        : 'Both must be PEM: the certificate with those of its issuers, and a key without a passphrase.',
    });
  }
}

function readPem(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw startupError({
      code: 'CERTIFICATE_FILE',
      exitCode: 2,
      message: `${variable} is ${path}, which cannot be read (${code})`,
      cure: 'Give a file that is there, and that the user who runs the server may read.',
    });
  }
}

/** What of it may stand in a log; a warning when its time is not now. */
export function logCertificate(log: ServerLog, { cert }: Certificate): void {
  const { subjectAltName, validFromDate, validToDate } = new X509Certificate(cert);
  const now = new Date();
  const isValid = validFromDate <= now && now <= validToDate;
  const message = isValid
    ? 'Serving a certificate'
    : 'The certificate is not valid now: BioT will not call it';
  log(isValid ? 'info' : 'warn', message, { names: subjectAltName, validTo: validToDate.toISOString() });
}

const OTHERS_READ = 0o004;

/** Whoever reads it can be this server. Its group may be the way in which the server itself may read it. */
export function warnOfOpenKey(log: ServerLog, { keyFile }: CertificateFiles): void {
  if (process.platform === 'win32' || (statSync(keyFile).mode & OTHERS_READ) === 0) return;
  log('warn', 'Every user of this machine can read the key: chmod o-r', { keyFile });
}

export type Watched = {
  files: CertificateFiles;
  everyMs: number;
  log: ServerLog;
  use(certificate: Certificate): void;
};

/**
 * Uses a renewed certificate from then on. Files are read and compared, as a renewal may go by links or a mounted
 * folder, which a file watcher does not see. Of a half-written pair nothing is used. Returns what ends it.
 */
export function watchCertificate(first: Certificate, { files, everyMs, log, use }: Watched): () => void {
  let current = first;
  let refused = '';
  const check = () => {
    try {
      const read = readCertificate(files);
      refused = '';
      if (read.cert.equals(current.cert) && read.key.equals(current.key)) return;
      current = read;
      use(read);
      logCertificate(log, read);
    } catch (error) {
      const { message } = error as Error;
      if (message !== refused) log('warn', 'The renewed certificate is not used yet', { reason: message });
      refused = message;
    }
  };
  const timer = setInterval(check, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
