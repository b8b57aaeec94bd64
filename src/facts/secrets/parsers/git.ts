/** Credentials of Git, its hosts, and netrc (git-credential-store(1); git-config(1); netrc(5)). */
import { type FileParser, parsed, type RawSecret } from '../raw.ts';
import { iniSettings, placer, yamlSettings } from '../settings.ts';
import { isLiteral, urlPassword } from '../values.ts';
import { password, secretAt, secretOf, token } from './credential.ts';

const stored = password('git-credentials', 'password in a URL that Git stores');
const header = token('git-extraheader', 'authorization header in a Git configuration');
const host = token('git-host-token', 'token of a Git host');
const netrcLabel = password('netrc', 'password in netrc');

/** `.git-credentials`: one URL with userinfo a line. */
export const gitCredentials: FileParser = (text) => parsed(urls(text));

/** `.git/config`, `.gitconfig`: userinfo in remotes, `extraheader` as CI checkouts leave it. */
export const gitConfig: FileParser = (text) => {
  const secrets: RawSecret[] = urls(text);
  for (const setting of iniSettings(text)) {
    if (!/extraheader$/i.test(setting.key)) continue;
    const match = /^authorization:\s*(basic|bearer|token)\s+([^\s"]{8,2000})/i.exec(setting.value);
    if (!match || !isLiteral(match[2])) continue;
    const value =
      match[1]!.toLowerCase() === 'basic' ? afterColon(Buffer.from(match[2]!, 'base64').toString('latin1')) : match[2]!;
    if (isLiteral(value)) secrets.push(secretAt(header, value, setting));
  }
  return parsed(secrets);
};

/** gh's and glab's configuration: `oauth_token`, `token`. */
export const gitHostConfig: FileParser = (text) =>
  parsed(
    yamlSettings(text).flatMap((setting) =>
      /^(oauth_token|token|job_token|password)$/.test(setting.key) ? secretOf(host, setting) : [],
    ),
  );

/** `machine … login … password …`, on one line or several; `macdef` bodies are passed over. */
export const netrc: FileParser = (text) => {
  const secrets: RawSecret[] = [];
  const at = placer(text);
  const plain = text.replace(/(^|\n)macdef[^\n]{0,500}\n(?:[^\n]+\n){0,500}/g, (body) => body.replace(/[^\n]/g, ' '));
  const words = /("(?:[^"\\]|\\.){0,500}"|[^\s"]{1,500})/g;
  let name = '';
  let machine = '';
  for (let match = words.exec(plain); match; match = words.exec(plain)) {
    const word = match[0];
    if (word[0] === '#' && name === '') {
      const end = plain.indexOf('\n', match.index);
      words.lastIndex = end < 0 ? plain.length : end;
    } else if (name === '' && /^(machine|login|password|account)$/.test(word)) name = word;
    else if (name === 'machine') [machine, name] = [word, ''];
    else if (name === 'password') {
      const value = word.replace(/^"(.*)"$/, '$1');
      if (isLiteral(value) && !/^(machine|login|account)$/.test(value))
        secrets.push(
          secretAt(netrcLabel, value, at(match.index), 'high', machine ? `for ${machine.slice(0, 80)}` : undefined),
        );
      name = '';
    } else name = '';
  }
  return parsed(secrets);
};

/** Every literal password in a URL of the text. */
function urls(text: string): RawSecret[] {
  const at = placer(text);
  const secrets: RawSecret[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const found = /^\s*[#;]/.test(line) ? undefined : urlPassword(line.slice(0, 4000));
    if (found) secrets.push(secretAt(stored, found.password, at(offset + found.at)));
    offset += line.length + 1;
  }
  return secrets;
}

function afterColon(text: string): string {
  return text.slice(text.indexOf(':') + 1);
}
