/** Which files are read, and how, by name alone. Run for every entry of every layer: look-ups, no patterns, until a name is promising. */
import { baseName } from '../text.ts';
import {
  ansibleVaultPassword,
  applicationSettings,
  databaseYml,
  railsKey,
  terraformValues,
  wpConfig,
} from './parsers/apps.ts';
import { credentialsFile, myCnf, pgPass, redisConf, shellHistory } from './parsers/clients.ts';
import {
  awsCache,
  awsCredentials,
  azureTokens,
  bareToken,
  cloudCli,
  gcpCredentials,
  kubeConfig,
  rcloneConfig,
  s3Config,
} from './parsers/cloud.ts';
import { dockerConfig } from './parsers/docker.ts';
import { envFile } from './parsers/env.ts';
import { gitConfig, gitCredentials, gitHostConfig, netrc } from './parsers/git.ts';
import {
  cargoCredentials,
  composerAuth,
  gemCredentials,
  gradleProperties,
  mavenSettings,
  npmrc,
  nugetConfig,
  pipConf,
  pypirc,
  yarnrc,
} from './parsers/packages.ts';
import { pulumiState, terraformState } from './parsers/state.ts';
import type { FileParser } from './raw.ts';

const byName = new Map<string, FileParser>([
  ['.dockercfg', dockerConfig],
  ['.dockerconfigjson', dockerConfig],
  ['.npmrc', npmrc],
  ['npmrc', npmrc],
  ['.yarnrc.yml', yarnrc],
  ['.yarnrc', yarnrc],
  ['.pypirc', pypirc],
  ['pip.conf', pipConf],
  ['pip.ini', pipConf],
  ['uv.toml', pipConf],
  ['.condarc', pipConf],
  ['credentials.toml', cargoCredentials],
  ['nuget.config', nugetConfig],
  ['gradle.properties', gradleProperties],
  ['settings-security.xml', mavenSettings],
  ['.netrc', netrc],
  ['_netrc', netrc],
  ['.git-credentials', gitCredentials],
  ['.gitconfig', gitConfig],
  ['.gitmodules', gitConfig],
  ['.s3cfg', s3Config],
  ['.boto', awsCredentials],
  ['.passwd-s3fs', bareToken],
  ['rclone.conf', rcloneConfig],
  ['.rclone.conf', rcloneConfig],
  ['kubeconfig', kubeConfig],
  ['.kubeconfig', kubeConfig],
  ['kubelet.conf', kubeConfig],
  ['application_default_credentials.json', gcpCredentials],
  ['accesstokens.json', azureTokens],
  ['msal_token_cache.json', azureTokens],
  ['wp-config.php', wpConfig],
  ['database.yml', databaseYml],
  ['master.key', railsKey],
  ['secrets.json', applicationSettings],
  ['web.config', applicationSettings],
  ['app.config', applicationSettings],
  ['terraform.tfstate', terraformState],
  ['terraform.tfstate.backup', terraformState],
  ['.terraformrc', terraformValues],
  ['terraform.rc', terraformValues],
  ['credentials.tfrc.json', terraformValues],
  ['.vault-token', bareToken],
  ['.vault_pass', ansibleVaultPassword],
  ['.vault_pass.txt', ansibleVaultPassword],
  ['vault_pass.txt', ansibleVaultPassword],
  ['.vault_password', ansibleVaultPassword],
  ['.vault-password', ansibleVaultPassword],
  ['vault_password', ansibleVaultPassword],
  ['vault-password.txt', ansibleVaultPassword],
  ['.pgpass', pgPass],
  ['pgpass.conf', pgPass],
  ['.my.cnf', myCnf],
  ['debian.cnf', myCnf],
  ['.mylogin.cnf', myCnf],
  ['redis.conf', redisConf],
  ['sentinel.conf', redisConf],
  ['users.acl', redisConf],
  ['.smbcredentials', credentialsFile],
  ['.msmtprc', credentialsFile],
  ['.fetchmailrc', credentialsFile],
  ['.env', envFile],
  ['.envrc', envFile],
  ['.flaskenv', envFile],
  ...[
    '.bash_history',
    '.sh_history',
    '.zsh_history',
    '.ash_history',
    '.ksh_history',
    '.history',
    '.mysql_history',
    '.mariadb_history',
    '.psql_history',
    '.sqlite_history',
    '.python_history',
    '.node_repl_history',
    '.irb_history',
    '.rediscli_history',
    '.dbshell',
    '.mongo_history',
    '.influx_history',
    'fish_history',
    'consolehost_history.txt',
  ].map((name): [string, FileParser] => [name, shellHistory]),
]);

/** Names that mean nothing without the folder they lie in: the end of the path decides. */
const byEnding: [ending: string, parser: FileParser][] = [
  ['.docker/config.json', dockerConfig],
  ['.kaniko/config.json', dockerConfig],
  ['kaniko/.docker/config.json', dockerConfig],
  ['containers/auth.json', dockerConfig],
  ['helm/registry/config.json', dockerConfig],
  ['helm/registry.json', dockerConfig],
  ['composer/auth.json', composerAuth],
  ['auth.json', composerAuth],
  ['.gem/credentials', gemCredentials],
  ['gem/credentials', gemCredentials],
  ['.bundle/config', gemCredentials],
  ['.cargo/credentials', cargoCredentials],
  ['.m2/settings.xml', mavenSettings],
  ['maven/conf/settings.xml', mavenSettings],
  ['conf/settings.xml', mavenSettings],
  ['maven/settings.xml', mavenSettings],
  ['.git/config', gitConfig],
  ['gh/hosts.yml', gitHostConfig],
  ['glab-cli/config.yml', gitHostConfig],
  ['hub', gitHostConfig],
  ['.aws/credentials', awsCredentials],
  ['.aws/config', awsCredentials],
  ['gcloud/legacy_credentials/adc.json', gcpCredentials],
  ['.kube/config', kubeConfig],
  ['kubernetes/admin.conf', kubeConfig],
  ['k3s/k3s.yaml', kubeConfig],
  ['doctl/config.yaml', cloudCli],
  ['hcloud/cli.toml', cloudCli],
  ['linode-cli', cloudCli],
  ['scw/config.yaml', cloudCli],
  ['.fly/config.yml', cloudCli],
  ['.aliyun/config.json', cloudCli],
  ['.bluemix/config.json', cloudCli],
  ['tomcat-users.xml', applicationSettings],
  ['conf/context.xml', applicationSettings],
  ['davfs2/secrets', credentialsFile],
];
const endings = new Map<string, [string, FileParser][]>();
for (const pair of byEnding) {
  const name = baseName(pair[0]);
  endings.set(name, [...(endings.get(name) ?? []), pair]);
}

/** The parser of a file, by its path. */
export function parserOf(path: string): FileParser | undefined {
  const name = baseName(path).toLowerCase();
  const own = byName.get(name);
  if (own) return own;
  const lower = path.toLowerCase();
  for (const [ending, parser] of endings.get(name) ?? [])
    if (lower === ending || lower.endsWith(`/${ending}`)) return parser;
  if (name.startsWith('.env.') || name.endsWith('.env')) return envFile;
  if (name.endsWith('.tfstate') || name.startsWith('terraform.tfstate.')) return terraformState;
  if (name.endsWith('.tfvars') || name.endsWith('.tfvars.json')) return terraformValues;
  if (name.startsWith('appsettings') && name.endsWith('.json')) return applicationSettings;
  if (/^(application|bootstrap)[\w-]{0,40}\.(properties|ya?ml)$/.test(name)) return applicationSettings;
  if (name.endsWith('.kubeconfig')) return kubeConfig;
  if (name.endsWith('.json')) {
    if (lower.includes('.pulumi/')) return pulumiState;
    if (lower.includes('.aws/sso/cache/') || lower.includes('.aws/cli/cache/')) return awsCache;
    if (lower.includes('gcloud/') || /(service[-_]?account|gcp|google)[\w-]{0,60}\.json$/.test(name))
      return gcpCredentials;
    if (lower.includes('.azure/')) return azureTokens;
  }
  return name.endsWith('.key') && lower.includes('config/credentials/') ? railsKey : undefined;
}

/** Archives that are looked into. */
export function archiveKind(path: string): 'zip' | 'tar' | 'tar.gz' | undefined {
  const dot = path.lastIndexOf('.');
  switch (dot < 0 ? '' : path.slice(dot + 1).toLowerCase()) {
    case 'jar':
    case 'war':
    case 'ear':
    case 'zip':
    case 'whl':
    case 'egg':
    case 'nupkg':
    case 'aar':
    case 'hpi':
    case 'jpi':
    case 'phar':
    case 'vsix':
      return 'zip';
    case 'tar':
    case 'gem':
      return 'tar';
    case 'tgz':
      return 'tar.gz';
    case 'gz':
      return path.endsWith('.tar.gz') ? 'tar.gz' : undefined;
    default:
      return undefined;
  }
}

/** Files that hold pictures, sound, fonts, translations, or compressed data that is not read: never opened. */
export function isSkipped(path: string): boolean {
  const dot = path.lastIndexOf('.');
  if (dot < 0 || path.length - dot > 9) return false;
  return skipped.has(path.slice(dot + 1).toLowerCase());
}

const skipped = new Set(
  (
    'png jpg jpeg gif bmp tif tiff ico icns webp avif heic svgz psd xcf mp3 mp4 m4a m4v ogg oga ogv opus flac wav avi mov mkv webm wmv ' +
    'ttf otf woff woff2 eot pfb pfm afm pcf bdf mo gmo qm xz bz2 zst lz4 lzma br 7z rar deb rpm cab msi iso img qcow2 vmdk squashfs ' +
    'a o ko la lo class dex pyo elc rbc beam hi wasm nib pdb ilk obj lib exp pch gch ' +
    'gresource typelib mofo dat.gz pdf djvu ps eps dvi tfm vf fmt hyp dic aff bdic icu res nls uca tbl trie'
  ).split(' '),
);
