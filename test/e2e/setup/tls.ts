import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './run.ts';

/** A private certificate authority and certificates that it signed, all PEM files. */
export interface Authority {
  dir: string;
  ca: string;
  /** Signs a certificate for loopback; `name` is its folder, which holds ca.pem, cert.pem and key.pem. */
  issue(name: string): Promise<{ dir: string; cert: string; key: string }>;
}

/** Makes a certificate authority with openssl. */
export async function makeAuthority(dir: string): Promise<Authority> {
  mkdirSync(dir, { recursive: true });
  const ca = join(dir, 'ca.pem');
  const caKey = join(dir, 'ca-key.pem');
  await must('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=tare test CA', '-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-keyout', caKey, '-out', ca],
  ]);
  return {
    dir,
    ca,
    issue: async (name) => {
      const folder = join(dir, name);
      mkdirSync(folder, { recursive: true });
      const [key, request, cert, extensions] = ['key.pem', 'request.pem', 'cert.pem', 'extensions'].map((file) =>
        join(folder, file),
      ) as [string, string, string, string];
      writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n');
      await must('openssl', [
        ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-subj', `/CN=${name}`, '-keyout', key, '-out', request],
      ]);
      await must('openssl', [
        ...['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '2'],
        ...['-extfile', extensions, '-out', cert],
      ]);
      writeFileSync(join(folder, 'ca.pem'), await must('openssl', ['x509', '-in', ca]));
      return { dir: folder, cert, key };
    },
  };
}
