/** Credential files of cloud providers and Kubernetes. */
import type { SecretKind } from '../../../types/secrets.ts';
import { jsonSettings } from '../json-settings.ts';
import { judgeKey } from '../keys.ts';
import { type FileParser, parsed, type RawSecret } from '../raw.ts';
import { iniSettings, type Setting, yamlSettings } from '../settings.ts';
import { fromBase64, isLiteral } from '../values.ts';
import { cloud, type Label, password, privateKey, secretAt, secretOf, token } from './credential.ts';

const aws = cloud('aws-credentials-file', 'AWS secret access key');
const awsSession = cloud('aws-session-token', 'AWS session token');
const gcp = cloud('gcp-service-account', 'Google Cloud service account key');
const gcpUser = cloud('gcp-user-credentials', 'Google Cloud refresh token of a person');
const azure = cloud('azure-profile-token', 'Azure token or client secret');
const s3cfg = cloud('s3cfg-secret-key', 'S3 secret key');
const rclone = password('rclone-remote', 'password or key of an rclone remote');
const kubeKey = privateKey('kubeconfig-client-key', 'private key in a kubeconfig');
const kubeToken = token('kubeconfig-token', 'bearer token in a kubeconfig');
const kubePassword = password('kubeconfig-password', 'password in a kubeconfig');
const other = cloud('cloud-cli-token', 'token of a cloud command line');
const heroku = token('cli-token-file', 'token of a command line');

/** ~/.aws/credentials and config: a secret key; SSO, roles and processes hold none. */
export const awsCredentials: FileParser = (text) =>
  parsed(
    iniSettings(text).flatMap((setting) => {
      const key = setting.key.toLowerCase();
      if (key === 'aws_secret_access_key') return sized(aws, setting, 30, 60);
      return key === 'aws_session_token' ? sized(awsSession, setting, 100, 4000) : [];
    }),
  );

/** Cached answers of `aws sso` and `aws sts`. */
export const awsCache: FileParser = (text) =>
  keysOf(jsonSettings(text), /^(accessToken|SecretAccessKey|refreshToken|clientSecret)$/, aws);

/** gcloud's application default credentials and service account keys; external accounts hold no key. */
export const gcpCredentials: FileParser = (text) => {
  const settings = jsonSettings(text) ?? [];
  const secrets: RawSecret[] = [];
  for (const setting of settings) {
    if (setting.key === 'private_key') {
      const judged = judgeKey(setting.value);
      if (judged?.confidence)
        secrets.push({ ...secretAt(gcp, judged.body, setting, judged.confidence), note: account(settings) });
    } else if (setting.key === 'refresh_token') secrets.push(...secretOf(gcpUser, setting));
  }
  return secrets.length > 0 || settings.some(({ key }) => key === 'type') ? parsed(secrets) : { secrets };
};

/** ~/.azure: access and refresh tokens, service principals' secrets. */
export const azureTokens: FileParser = (text) =>
  keysOf(
    jsonSettings(text),
    /^(accessToken|refreshToken|client_secret|clientSecret|secret|servicePrincipalKey)$/,
    azure,
  );

/** .s3cfg. */
export const s3Config: FileParser = (text) =>
  parsed(
    iniSettings(text).flatMap((setting) =>
      setting.key === 'secret_key' || setting.key === 'gpg_passphrase' ? secretOf(s3cfg, setting) : [],
    ),
  );

/** rclone.conf: `pass` is obscured with a fixed key, which hides nothing. */
export const rcloneConfig: FileParser = (text) =>
  parsed(
    iniSettings(text).flatMap((setting) =>
      /^(pass|password|password2|secret_access_key|client_secret|token|service_account_credentials|key|sas_url|bearer_token|api_key)$/.test(
        setting.key,
      )
        ? secretOf(rclone, setting)
        : [],
    ),
  );

/** A kubeconfig: client keys, tokens, passwords; exec plugins and file names hold none. */
export const kubeConfig: FileParser = (text) => {
  const settings = text.trimStart().startsWith('{') ? (jsonSettings(text) ?? []) : yamlSettings(text);
  if (
    !settings.some(
      ({ key }) =>
        key === 'current-context' || key === 'users' || key === 'clusters' || key.endsWith('-data') || key === 'server',
    )
  )
    return { secrets: [] };
  return parsed(
    settings.flatMap((setting) => {
      if (setting.key === 'client-key-data') {
        const pem = fromBase64(setting.value);
        const judged = pem === undefined ? undefined : judgeKey(pem);
        return judged?.confidence ? [secretAt(kubeKey, judged.body, setting, judged.confidence)] : [];
      }
      if (setting.key === 'token' || setting.key === 'id-token' || setting.key === 'refresh-token')
        return secretOf(kubeToken, setting);
      return setting.key === 'password' ? secretOf(kubePassword, setting) : [];
    }),
  );
};

/** Configuration of DigitalOcean, Hetzner, Linode, Scaleway, Fly, Oracle, IBM, Alibaba command lines. */
export const cloudCli: FileParser = (text) => {
  const settings = text.trimStart().startsWith('{')
    ? (jsonSettings(text) ?? [])
    : [...yamlSettings(text), ...iniSettings(text)];
  return keysOf(
    settings,
    /^(access[-_]?token|api[-_]?token|token|secret[-_]?key|access_key_secret|IAMToken|IAMRefreshToken|apikey|api_key|refresh_token)$/,
    other,
  );
};

/** A file that is nothing but one token: `.vault-token`, `~/.config/…/token`. */
export const bareToken: FileParser = (text) => {
  const value = text.trim();
  if (value.length < 12 || value.length > 4000 || /\s/.test(value) || !isLiteral(value)) return { secrets: [] };
  return parsed([secretAt(heroku, value, { line: 1, column: 1 })]);
};

/** Settings by key, each value once. */
export function keysOf(
  settings: Setting[] | undefined,
  keys: RegExp,
  label: Label & { kind: SecretKind },
): ReturnType<FileParser> {
  const seen = new Set<string>();
  return parsed(
    (settings ?? []).flatMap((setting) => {
      if (!keys.test(setting.key) || setting.value.length < 8 || seen.has(`${setting.line}:${setting.value}`))
        return [];
      seen.add(`${setting.line}:${setting.value}`);
      return secretOf(label, setting);
    }),
  );
}

function sized(label: Label, setting: Setting, least: number, most: number): RawSecret[] {
  return setting.value.length >= least && setting.value.length <= most ? secretOf(label, setting) : [];
}

function account(settings: Setting[]): string {
  const mail = settings.find(({ key }) => key === 'client_email')?.value ?? '';
  return /^[\w.@-]{3,120}$/.test(mail) ? `of ${mail}` : 'of a service account';
}
