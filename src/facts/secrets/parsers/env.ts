/** Files of environment variables, and the rule by which a variable's name says that its value is secret. */
import { type FileParser, parsed, type RawSecret } from '../raw.ts';
import { iniSettings } from '../settings.ts';
import { isLiteral, urlPassword } from '../values.ts';
import { password, secretAt } from './credential.ts';

const value = password('env-file-value', 'secret in an environment file');
const inUrl = password('url-password', 'password in a connection URL');

/**
 * Whether a variable is named for a secret: `DB_PASSWORD`, `API_KEY`, `SESSION_SECRET`; not `PASSWORD_FILE`, `TOKEN_URL`,
 * `NEXT_PUBLIC_KEY`, `KEY_VERSION`, `GPG_KEY`.
 */
export function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter(Boolean);
  const last = words.at(-1) ?? '';
  const joined = `_${words.join('_')}`;
  if (notSecret.has(last) || /_(PUBLIC|PUBLISHABLE|PUB)(_|$)/.test(joined)) return false;
  if (/_(GPG|PGP|RELEASE|SIGNING|FINGERPRINT|APK|RPM)_KEYS?(_ID)?$/.test(joined)) return false;
  if (/(PASSWORD|PASSWD|PASSPHRASE|PASSWORT)S?$/.test(joined) || /_(PASS|PWD|PW)$/.test(joined))
    return joined !== '_PWD' && joined !== '_OLD_PWD';
  if (/(SECRET|TOKEN|CREDENTIAL|CREDENTIALS|APIKEY|AUTHKEY|SECRETKEY|ACCESSKEY|PRIVATEKEY)S?$/.test(joined))
    return true;
  if (
    /_(API|AUTH|SECRET|ACCESS|PRIVATE|ENCRYPTION|MASTER|LICENSE|ADMIN|SERVICE|ACCOUNT|STORAGE|SHARED|SAS|JWT|HMAC|APP|SESSION|COOKIE)_KEY$/.test(
      joined,
    )
  )
    return true;
  return (
    /_(DSN|SALT|AUTH|SECRET_KEY_BASE|KEY_BASE|CONNECTION_STRING)$/.test(joined) &&
    !/_(NO|SKIP|REQUIRE|ENABLE|DISABLE)_AUTH$/.test(joined)
  );
}

const notSecret = new Set(
  'FILE PATH DIR DIRECTORY URL URI ENDPOINT HOST PORT NAME ID TYPE VERSION LENGTH SIZE TTL EXPIRY EXPIRES EXPIRATION TIMEOUT ENABLED DISABLED REQUIRED ALGORITHM ALGO METHOD MODE POLICY FORMAT PREFIX SUFFIX HEADER FIELD PROVIDER CLASS COMMAND SCRIPT ROTATION COUNT LIMIT MIN MAX AGE HASH CHARS'.split(
    ' ',
  ),
);

/** `.env` and kin: a mark for the file, and a secret for each variable that is named for one. */
export const envFile: FileParser = (text, path) => {
  const settings = iniSettings(text).filter(({ key }) => /^[A-Za-z_][\w.-]{0,200}$/.test(key));
  const secrets: RawSecret[] = settings.flatMap((setting) => {
    const url = urlPassword(setting.value);
    if (url)
      return [
        secretAt(inUrl, url.password, { line: setting.line, column: setting.column + url.at }, 'high', setting.key),
      ];
    if (!namesSecret(setting.key) || setting.value.length < 4) return [];
    const trimmed = setting.value.replace(/\s+#.*$/, '');
    return isLiteral(trimmed) && !/^(\d{1,5}|https?:\/\/\S+)$/.test(trimmed)
      ? [secretAt(value, trimmed, setting, 'high', setting.key.slice(0, 80))]
      : [];
  });
  if (settings.length === 0) return { secrets: [] };
  const template = /\.(example|sample|dist|template|tmpl|tpl|defaults?|schema|test)$/i.test(path);
  return template
    ? { secrets: secrets.map((secret) => ({ ...secret, confidence: 'low' as const })), understood: true }
    : {
        ...parsed(secrets),
        // Any program may call its defaults `something.env`.
        mark: {
          kind: 'env-file',
          title: 'environment file',
          count: settings.length,
          confidence: /(^|\/)\.(env|flaskenv)[^/]*$/.test(path) ? 'high' : secrets.length > 0 ? 'medium' : 'low',
        },
      };
};
