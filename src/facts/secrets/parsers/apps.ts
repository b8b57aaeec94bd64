/** Configuration of web applications, build tools and infrastructure tools that carries passwords. */
import { jsonSettings } from '../json-settings.ts';
import { type FileParser, parsed, type RawSecret } from '../raw.ts';
import { iniSettings, placer, type Setting, xmlSettings, yamlSettings } from '../settings.ts';
import { isLiteral, isWeakWord, urlPassword } from '../values.ts';
import { type Label, password, privateKey, secretAt, secretOf, token } from './credential.ts';
import { namesSecret } from './env.ts';

const wordpress = password('wp-config', 'password or key in wp-config.php');
const database = password('database-config', 'database password');
const rails = privateKey('rails-master-key', 'Rails master key');
const settingsLabel = password('application-settings', 'password in an application’s settings');
const connection = password('connection-string', 'password in a connection string');
const terraformVars = password('terraform-variable', 'secret in Terraform variables');
const terraformToken = token('terraform-credentials', 'Terraform Cloud token');
const ansible = password('ansible-vault-password', 'Ansible vault password');

/** wp-config.php: constants; getenv() is clean. */
export const wpConfig: FileParser = (text) => {
  const at = placer(text);
  const secrets: RawSecret[] = [];
  const define =
    /^[ \t]*define\s{0,20}\(\s{0,20}['"](DB_PASSWORD|[A-Z_]{2,20}_(?:KEY|SALT)|FTP_PASS|[A-Z_]{2,30}(?:SECRET|TOKEN|PASSWORD))['"]\s{0,20},\s{0,20}(['"])(.{0,300}?)\2\s{0,20}\)/gm;
  for (const match of text.matchAll(define)) {
    const value = match[3]!;
    if (!isLiteral(value) || /unique phrase|password_here|database_name/i.test(value)) continue;
    secrets.push(secretAt(wordpress, value, at(match.index + match[0].lastIndexOf(value)), 'high', match[1]));
  }
  return parsed(secrets);
};

/** Rails' database.yml and kin. ERB is a reference. */
export const databaseYml: FileParser = (text) =>
  parsed(
    yamlSettings(text).flatMap((setting) =>
      setting.key === 'password' ? secretOf(database, setting) : setting.key === 'url' ? fromUrl(setting) : [],
    ),
  );

/** Rails' config/master.key and credentials/*.key: 32 hex digits. */
export const railsKey: FileParser = (text) => {
  const value = text.trim();
  return /^[0-9a-f]{32,128}$/.test(value) ? parsed([secretAt(rails, value, { line: 1, column: 1 })]) : { secrets: [] };
};

/** appsettings*.json, secrets.json, web.config, context.xml, application.yml, application.properties. */
export const applicationSettings: FileParser = (text, path) => {
  const settings = path.endsWith('.json')
    ? (jsonSettings(text) ?? [])
    : /\.(xml|config)$/.test(path)
      ? xmlSettings(text)
      : /\.ya?ml$/.test(path)
        ? yamlSettings(text)
        : iniSettings(text);
  return parsed(settings.flatMap((setting, i) => applicationSecret(setting, settings[i - 1])));
};

/** Terraform variables; and .terraformrc, credentials.tfrc.json. */
export const terraformValues: FileParser = (text, path) => {
  if (path.endsWith('.json') && !path.endsWith('.tfvars.json'))
    return parsed(
      (jsonSettings(text) ?? []).flatMap((setting) =>
        setting.key === 'token' ? secretOf(terraformToken, setting) : [],
      ),
    );
  const settings = path.endsWith('.json') ? (jsonSettings(text) ?? []) : iniSettings(text);
  const rc = /terraformrc$|terraform\.rc$/.test(path);
  return parsed(
    settings.flatMap((setting) =>
      rc
        ? setting.key === 'token'
          ? secretOf(terraformToken, setting)
          : []
        : namesSecret(setting.key)
          ? secretOf(terraformVars, setting)
          : [],
    ),
  );
};

/** A file that holds the password of Ansible vaults and nothing else. */
export const ansibleVaultPassword: FileParser = (text) => {
  const value = text.trim();
  if (text.startsWith('#!') || value.length > 200 || /[\r\n]/.test(value) || !isLiteral(value)) return { secrets: [] };
  return {
    ...parsed([secretAt(ansible, value, { line: 1, column: 1 }, isWeakWord(value) ? 'medium' : 'high')]),
    mark: { kind: 'state-file', title: 'Ansible vault password', confidence: 'high' },
  };
};

/** `Server=…;User Id=…;Password=…` (ADO.NET, JDBC, ODBC): the password's offset in the text. */
export function connectionPassword(text: string): { password: string; at: number } | undefined {
  const match =
    /(?:^|[;?&])\s{0,4}(?:password|pwd|accountkey|sharedaccesskey)\s{0,4}=\s{0,4}(?:"([^"]{1,300})"|'([^']{1,300})'|([^;&"'\s]{1,300}))/i.exec(
      text,
    );
  const value = match ? (match[1] ?? match[2] ?? match[3]) : undefined;
  if (!match || !isLiteral(value) || !/[;?&]/.test(text)) return undefined;
  return { password: value, at: match.index + match[0].lastIndexOf(value) };
}

function applicationSecret(setting: Setting, before: Setting | undefined): RawSecret[] {
  const url = fromUrl(setting);
  if (url.length > 0) return url;
  const found = connectionPassword(setting.value);
  if (found) return [secretAt(connection, found.password, { line: setting.line, column: setting.column + found.at })];
  const name = setting.key === 'value' && before && /@(key|name)$/.test(before.path) ? before.value : setting.key;
  if (!namesSecret(name.slice(name.lastIndexOf('.') + 1)) || setting.value.length < 4 || /\s/.test(setting.value))
    return [];
  return /^(\d{1,6}|true|false|https?:\/\/\S+)$/i.test(setting.value)
    ? []
    : secretOf(settingsLabel, setting, 'medium', name.slice(0, 80));
}

function fromUrl(setting: Setting, label: Label = connection): RawSecret[] {
  const found = urlPassword(setting.value);
  return found ? [secretAt(label, found.password, { line: setting.line, column: setting.column + found.at })] : [];
}
