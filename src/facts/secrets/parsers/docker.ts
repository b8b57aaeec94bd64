/** Registry credentials of Docker, Podman, Buildah, Skopeo, kaniko, Helm (docker/cli configfile; containers-auth.json(5)). */
import { jsonSettings } from '../json-settings.ts';
import { type FileParser, parsed, type RawSecret } from '../raw.ts';
import { fromBase64, isLiteral } from '../values.ts';
import { registry, secretAt, secretOf } from './credential.ts';

const auth = registry('docker-auth', 'container registry password');
const identity = registry('docker-identity-token', 'container registry token');

/** `auths` with a password or token in it; empty auths, credsStore and credHelpers are clean. Also `.dockercfg`, which has no `auths` around. */
export const dockerConfig: FileParser = (text) => {
  const secrets: RawSecret[] = [];
  for (const setting of jsonSettings(text) ?? []) {
    const { key, path, value } = setting;
    if (/^(HttpHeaders|proxies|plugins|aliases)\./.test(path)) continue;
    const host = hostOf(path);
    if (key === 'auth') {
      const plain = fromBase64(value);
      const colon = plain?.indexOf(':') ?? -1;
      if (plain === undefined || colon < 1) continue;
      const secret = plain.slice(colon + 1).replace(/\0+$/, '');
      if (isLiteral(secret))
        secrets.push(secretAt(auth, secret, setting, 'high', `for ${host}, user ${clip(plain.slice(0, colon))}`));
    } else if (key === 'password') secrets.push(...secretOf(auth, setting, 'high', `for ${host}`));
    else if (/^(identitytoken|registrytoken)$/i.test(key))
      secrets.push(...secretOf(identity, setting, 'high', `for ${host}`));
  }
  return parsed(secrets);
};

/** `auths.registry.example.com.auth` → `registry.example.com`. */
function hostOf(path: string): string {
  return (
    clip(
      path
        .replace(/^auths\./, '')
        .replace(/\.\w+$/, '')
        .replace(/^https?:\/\//, '')
        .replace(/\/.*$/, ''),
    ) || 'a registry'
  );
}

function clip(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, 80);
}
