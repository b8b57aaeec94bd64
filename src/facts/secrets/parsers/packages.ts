/** Credentials of package indexes: npm, Yarn, pip, PyPI, Composer, RubyGems, Cargo, NuGet, Gradle, Maven, Conda. */
import { jsonSettings } from '../json-settings.ts';
import { type FileParser, parsed } from '../raw.ts';
import { iniSettings, type Setting, xmlSettings, yamlSettings } from '../settings.ts';
import { fromBase64, isLiteral, urlPassword } from '../values.ts';
import { type Label, registry, secretAt, secretOf } from './credential.ts';

const npm = registry('npmrc-auth', 'npm registry credential');
const yarn = registry('yarnrc-auth', 'Yarn registry credential');
const pypi = registry('pypirc-password', 'Python package index password');
const pip = registry('pip-index-url', 'password in the URL of a Python package index');
const composer = registry('composer-auth', 'Composer credential');
const gem = registry('gem-credentials', 'RubyGems API key');
const cargo = registry('cargo-credentials', 'Cargo registry token');
const nuget = registry('nuget-config', 'NuGet feed password');
const gradle = registry('gradle-properties', 'repository password in Gradle properties');
const maven = registry('maven-settings', 'Maven server password');

/** `.npmrc`: `_authToken`, `_auth`, `_password`, bare or after `//registry/:` (npm docs, npmrc). */
export const npmrc: FileParser = (text) =>
  parsed(
    iniSettings(text).flatMap((setting) => {
      const name = setting.key.slice(setting.key.lastIndexOf(':') + 1);
      if (name === '_authToken') return secretOf(npm, setting);
      if (name !== '_auth' && name !== '_password') return [];
      // Both are base64: of `user:password`, and of the password.
      const plain = fromBase64(setting.value);
      const secret = name === '_auth' ? plain?.slice(plain.indexOf(':') + 1) : plain;
      return isLiteral(setting.value) && (secret === undefined || isLiteral(secret))
        ? [secretAt(npm, secret ?? setting.value, setting)]
        : [];
    }),
  );

/** `.yarnrc.yml`: `npmAuthToken`, `npmAuthIdent`; and Yarn 1's `.yarnrc`. */
export const yarnrc: FileParser = (text) =>
  parsed([
    ...yamlSettings(text).flatMap((setting) =>
      setting.key === 'npmAuthToken' || setting.key === 'npmAuthIdent' ? secretOf(yarn, setting) : [],
    ),
    ...[...text.matchAll(/^"?[^\s"]{0,200}_authToken"?\s+"?([^\s"]{8,500})"?/gm)].flatMap((match) =>
      isLiteral(match[1]) ? [secretAt(yarn, match[1], placeOf(text, match.index))] : [],
    ),
  ]);

/** `.pypirc` (packaging.python.org, "The .pypirc file"). */
export const pypirc: FileParser = (text) =>
  parsed(
    iniSettings(text).flatMap((setting) =>
      setting.key === 'password' ? secretOf(pypi, setting) : inUrl(pypi, setting),
    ),
  );

/** pip.conf, uv.toml, Pipfile, .condarc, requirements: an index URL with a password in it. */
export const pipConf: FileParser = (text) => {
  const seen = iniSettings(text).flatMap((setting) => inUrl(pip, setting));
  return seen.length > 0 ? parsed(seen) : { secrets: [] };
};

/** Composer's auth.json (getcomposer.org, "Authentication"). */
export const composerAuth: FileParser = (text) =>
  parsed(
    (jsonSettings(text) ?? []).flatMap((setting) =>
      /^(http-basic\..*\.password|(github-oauth|gitlab-oauth|gitlab-token|bearer|bitbucket-oauth|forgejo-token|custom-headers)\..+)$/.test(
        setting.path,
      ) && !/\.(consumer-key|username)$/.test(setting.path)
        ? secretOf(composer, setting)
        : [],
    ),
  );

/** ~/.gem/credentials and ~/.bundle/config. */
export const gemCredentials: FileParser = (text) =>
  parsed(
    yamlSettings(text).flatMap((setting) => {
      const key = setting.key.replace(/^:/, '');
      if (/(^|_)api_key$/.test(key) || /^rubygems/.test(key)) return secretOf(gem, setting);
      // Bundler: BUNDLE_GEMS__EXAMPLE__COM: "user:password".
      if (!/^BUNDLE_[A-Z0-9_]+__[A-Z0-9_]+$/.test(key)) return [];
      const colon = setting.value.indexOf(':');
      const secret = setting.value.slice(colon + 1);
      return isLiteral(secret) && (colon > 0 || secret.length > 15)
        ? [secretAt(gem, secret, { line: setting.line, column: setting.column + colon + 1 })]
        : [];
    }),
  );

/** Cargo's credentials.toml (doc.rust-lang.org/cargo, "Credentials"). */
export const cargoCredentials: FileParser = (text) =>
  parsed(
    iniSettings(text).flatMap((setting) =>
      setting.key === 'token' || setting.key === 'secret-key' ? secretOf(cargo, setting) : [],
    ),
  );

/** NuGet.Config: `ClearTextPassword`, API keys, and `Password`, which is bound to a machine's user (learn.microsoft.com, nuget.config). */
export const nugetConfig: FileParser = (text) => {
  const settings = xmlSettings(text);
  return parsed(
    settings.flatMap((setting, i) => {
      if (!setting.path.endsWith('add@value')) return [];
      const name = settings[i - 1]?.path.endsWith('add@key') ? settings[i - 1]!.value : '';
      if (/^cleartextpassword$/i.test(name)) return secretOf(nuget, setting);
      if (/^password$/i.test(name)) return secretOf(nuget, setting, 'low', 'encrypted for one user of one machine');
      return /\.apikeys\./i.test(setting.path) ? secretOf(nuget, setting) : [];
    }),
  );
};

/** gradle.properties: whatever is named for a password or token. */
export const gradleProperties: FileParser = (text) =>
  parsed(
    iniSettings(text).flatMap((setting) =>
      /(password|passwd|token|secret|apikey|api_key|accesskey)$/i.test(setting.key.replace(/[.-]/g, ''))
        ? secretOf(gradle, setting)
        : [],
    ),
  );

/** Maven's settings.xml; `{…}` is encrypted with a master password (maven.apache.org, "Password Encryption"). */
export const mavenSettings: FileParser = (text) =>
  parsed(
    xmlSettings(text).flatMap((setting) => {
      if (
        !/(server|proxy)\.(password|passphrase)$|settingsSecurity\.master$|\.privateKeyPassphrase$/.test(setting.path)
      )
        return [];
      if (/^\{[A-Za-z0-9+/=]{16,}\}$/.test(setting.value)) {
        const master = setting.path.endsWith('settingsSecurity.master');
        const note = master
          ? 'encrypted with a fixed key: opens the passwords in settings.xml'
          : 'encrypted; settings-security.xml opens it';
        return [secretAt(maven, setting.value, setting, master ? 'high' : 'low', note)];
      }
      return secretOf(maven, setting);
    }),
  );

/** A password in a setting that is a URL. */
export function inUrl(label: Label, setting: Setting) {
  const found = urlPassword(setting.value);
  return found ? [secretAt(label, found.password, { line: setting.line, column: setting.column + found.at })] : [];
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
