/** Files by name: what is live in them and what is harmless. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what the files hold.
import { describe, expect, it } from 'vitest';
import { parserOf } from '../../../src/facts/secrets/files.ts';
import { letters } from '../../support/secrets.ts';

const password = `${letters('parsers', 14)}9`;
const token = letters('parsers token', 40);
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Path, content, and what is found: detectors in order, nothing for a harmless file. */
const cases: [path: string, content: string, ...found: string[]][] = [
  ['root/.docker/config.json', `{"auths":{"r.shop.net":{"auth":"${base64(`ci:${password}`)}"}}}`, 'docker-auth'],
  ['root/.docker/config.json', `{"auths":{"r.shop.net":{"identitytoken":"${token}"}}}`, 'docker-identity-token'],
  ['run/containers/0/auth.json', '{"auths":{"r.shop.net":{}}}'],
  [
    'home/a/.config/containers/auth.json',
    `{"auths":{"r.shop.net":{"auth":"${base64(`ci:${password}`)}"}}}`,
    'docker-auth',
  ],
  ['root/.docker/config.json', '{"auths":{"r.shop.net":{"auth":""}},"credsStore":"pass"}'],
  ['root/.docker/config.json', '{"HttpHeaders":{"auth":"x"},"proxies":{"default":{"password":"x-real-value-1"}}}'],
  [
    'root/.dockercfg',
    `{"https://r.shop.net/v1/":{"auth":"${base64(`ci:${password}`)}","email":"a@shop.net"}}`,
    'docker-auth',
  ],
  ['root/.npmrc', `//r.shop.net/:_authToken=${token}`, 'npmrc-auth'],
  ['root/.npmrc', `//r.shop.net/:username=ci\n//r.shop.net/:_password=${base64(password)}`, 'npmrc-auth'],
  ['root/.npmrc', '//r.shop.net/:_authToken=${NPM_TOKEN}'],
  ['app/.yarnrc.yml', `npmRegistries:\n  "https://r.shop.net":\n    npmAuthToken: ${token}`, 'yarnrc-auth'],
  ['app/.yarnrc.yml', 'npmAuthToken: "${NPM_TOKEN}"'],
  ['root/.pypirc', `[shop]\nusername: ci\npassword: ${password}`, 'pypirc-password'],
  ['etc/pip.conf', `[global]\nindex-url = https://ci:${password}@pypi.shop.net/simple`, 'pip-index-url'],
  [
    'etc/pip.conf',
    '[global]\nindex-url = https://pypi.shop.net/simple\nextra-index-url = https://${USER}:${PASS}@x.net/',
  ],
  [
    'root/.composer/auth.json',
    `{"http-basic":{"repo.shop.net":{"username":"ci","password":"${password}"}}}`,
    'composer-auth',
  ],
  ['root/.gem/credentials', `---\n:rubygems_api_key: ${token}`, 'gem-credentials'],
  ['root/.bundle/config', `---\nBUNDLE_GEMS__SHOP__NET: "ci:${password}"\nBUNDLE_PATH: vendor`, 'gem-credentials'],
  ['root/.cargo/credentials.toml', `[registry]\ntoken = "${token}"`, 'cargo-credentials'],
  [
    'root/.nuget/NuGet/NuGet.Config',
    `<configuration><packageSourceCredentials><shop><add key="Username" value="ci" /><add key="ClearTextPassword" value="${password}" /></shop></packageSourceCredentials></configuration>`,
    'nuget-config',
  ],
  ['root/.gradle/gradle.properties', `org.gradle.daemon=true\nrepoPassword=${password}`, 'gradle-properties'],
  ['root/.gradle/gradle.properties', 'org.gradle.daemon=true\nrepoPassword=${System.getenv("X")}'],
  [
    'root/.m2/settings.xml',
    `<settings><servers><server><password>${password}</password></server></servers></settings>`,
    'maven-settings',
  ],
  ['root/.m2/settings.xml', '<settings><!-- <server><password>old-one-12</password></server> --></settings>'],
  [
    'root/.m2/settings-security.xml',
    `<settingsSecurity><master>{${token}}</master></settingsSecurity>`,
    'maven-settings',
  ],
  ['root/.netrc', `machine git.shop.net login ci password ${password}`, 'netrc'],
  [
    'root/.netrc',
    `machine a\n  login b\n  password ${password}\nmacdef init\ncd /x\npassword none-here-1\n\n`,
    'netrc',
  ],
  ['root/.netrc', 'machine git.shop.net login ci'],
  ['root/.git-credentials', `https://ci:${password}@git.shop.net`, 'git-credentials'],
  ['srv/.git/config', `[remote "origin"]\n\turl = https://ci:${password}@git.shop.net/app`, 'git-credentials'],
  [
    'srv/.git/config',
    `[http "https://git.shop.net/"]\n\textraheader = AUTHORIZATION: basic ${base64(`x-access-token:${token}`)}`,
    'git-extraheader',
  ],
  ['srv/.git/config', '[remote "origin"]\n\turl = https://git.shop.net/app\n\turl = git@git.shop.net:app'],
  ['root/.config/gh/hosts.yml', `github.com:\n    user: ann\n    oauth_token: ${token}`, 'git-host-token'],
  [
    'root/.aws/credentials',
    `[default]\naws_access_key_id = A\naws_secret_access_key = ${token}`,
    'aws-credentials-file',
  ],
  ['root/.aws/config', '[default]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/x'],
  [
    'root/.config/gcloud/application_default_credentials.json',
    `{"type":"authorized_user","client_id":"x","refresh_token":"1//${token}"}`,
    'gcp-user-credentials',
  ],
  [
    'root/.config/gcloud/application_default_credentials.json',
    '{"type":"external_account","audience":"//iam.googleapis.com/x"}',
  ],
  ['root/.azure/accessTokens.json', `[{"accessToken":"${token}","tokenType":"Bearer"}]`, 'azure-profile-token'],
  ['root/.s3cfg', `[default]\nsecret_key = ${token}`, 's3cfg-secret-key'],
  ['root/.config/rclone/rclone.conf', `[box]\ntype = sftp\npass = ${token}`, 'rclone-remote'],
  [
    'root/.kube/config',
    `apiVersion: v1\ncurrent-context: shop\nusers:\n- name: ci\n  user:\n    token: ${token}`,
    'kubeconfig-token',
  ],
  [
    'root/.kube/config',
    'apiVersion: v1\ncurrent-context: shop\nusers:\n- name: ci\n  user:\n    exec:\n      command: aws\n    tokenFile: /var/run/token',
  ],
  ['root/.vault-token', `hvs.${token}\n`, 'cli-token-file'],
  [
    'srv/.env',
    `DB_PASSWORD=${password}\nDB_PASSWORD_FILE=/run/secrets/x\nPUBLIC_KEY=abc\nAPI_KEY=$OTHER`,
    'env-file-value',
  ],
  ['srv/.env', `export DATABASE_URL="postgres://app:${password}@db/shop"`, 'url-password'],
  [
    'srv/wp-config.php',
    `<?php\ndefine( 'DB_PASSWORD', '${password}' );\ndefine('AUTH_KEY', 'put your unique phrase here');`,
    'wp-config',
  ],
  ['srv/wp-config.php', "<?php\ndefine('DB_PASSWORD', getenv('DB_PASSWORD'));"],
  ['srv/config/database.yml', `production:\n  adapter: mysql2\n  password: ${password}`, 'database-config'],
  ['srv/config/database.yml', 'production:\n  password: <%= ENV["PASSWORD"] %>'],
  ['srv/config/master.key', '0123456789abcdef0123456789abcdef'.split('').reverse().join(''), 'rails-master-key'],
  [
    'srv/appsettings.json',
    `{ // settings\n "ConnectionStrings": {"Db": "Server=db;User Id=app;Password=${password};"}, }`,
    'connection-string',
  ],
  [
    'srv/appsettings.json',
    '{"ConnectionStrings":{"Db":"Server=db;Integrated Security=true"},"Jwt":{"TokenLifetime":"3600"}}',
  ],
  ['srv/application.yml', `spring:\n  datasource:\n    password: ${password}`, 'application-settings'],
  ['srv/application.properties', 'spring.datasource.password=${DB_PASSWORD}\nserver.port=8080'],
  ['srv/terraform.tfvars', `db_password = "${password}"\nregion = "eu"`, 'terraform-variable'],
  [
    'root/.terraform.d/credentials.tfrc.json',
    `{"credentials":{"app.terraform.io":{"token":"${token}"}}}`,
    'terraform-credentials',
  ],
  ['srv/.vault_pass', `${password}\n`, 'ansible-vault-password'],
  ['srv/.vault_pass', '#!/bin/sh\ncat /run/secrets/vault\n'],
  ['root/.pgpass', `# host\ndb:5432:*:app:${password}`, 'pgpass'],
  ['root/.my.cnf', `[client]\npassword="${password}"`, 'my-cnf'],
  ['etc/redis/redis.conf', `requirepass ${password}\n# masterauth x`, 'redis-conf'],
  ['root/.bash_history', `ls\nmysql -u root -p${password} shop\nexit`, 'shell-history-password'],
  ['root/.bash_history', `export API_TOKEN=${token}\nexport TOKEN_FILE=/run/x`, 'shell-history-password'],
  ['root/.bash_history', `docker login -u ci -p ${password} r.shop.net`, 'docker-login'],
  ['root/.bash_history', 'ls\nmysql -u root -p shop\ndocker login -u ci --password-stdin < /run/x'],
];

describe('files by name', () => {
  it.each(cases)('%s: %s', (path, content, ...found) => {
    const { secrets } = parserOf(path)!(content, path);
    expect(secrets.map(({ detector }) => detector)).toEqual(found);
  });

  it('points at the value', () => {
    for (const [path, content, ...found] of cases) {
      for (const { line, column, value, detector } of parserOf(path)!(content, path).secrets) {
        if (detector === 'docker-auth' || value !== password) continue;
        const row = content.split('\n')[line! - 1]!;
        if (row.includes(value))
          expect([path, row.slice(column! - 1)]).toEqual([path, expect.stringMatching(`^["']?${value}`)]);
      }
      expect(found.length).toBeGreaterThanOrEqual(0);
    }
  });

  it('survives whatever a file of that name holds', () => {
    const hostile = [
      '',
      '{',
      '[',
      '{"a":',
      '"',
      '<',
      '<a',
      '<a b="',
      '<!--',
      '\0',
      '='.repeat(5000),
      ': '.repeat(3000),
      '- '.repeat(3000),
      '[['.repeat(5000),
      '{"a":'.repeat(20_000),
      '<a>'.repeat(20_000),
      '"'.repeat(9999),
      `${'a'.repeat(200_000)}=b`,
      '-----BEGIN PRIVATE KEY-----'.repeat(500),
      'machine password '.repeat(5000),
      'curl -u '.repeat(3000),
      `${'\\'.repeat(9999)}:`,
    ];
    for (const path of new Set(cases.map(([name]) => name)))
      for (const content of hostile) expect(() => parserOf(path)!(content, path)).not.toThrow();
  });

  it('leaves other files to the engine', () => {
    for (const path of [
      'etc/passwd',
      'usr/lib/python3/config.json',
      'srv/config.yml',
      'srv/settings.xml.old',
      'srv/env',
      'srv/key',
    ])
      expect(parserOf(path)).toBeUndefined();
  });
});
