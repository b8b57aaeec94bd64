/** Passwords of database clients and servers, and the histories of shells. */
import { type FileParser, parsed, type RawSecret } from '../raw.ts';
import { iniSettings, placer } from '../settings.ts';
import { isLiteral, urlPassword } from '../values.ts';
import { password, registry, secretAt, secretOf } from './credential.ts';
import { namesSecret } from './env.ts';

const pgpass = password('pgpass', 'PostgreSQL password');
const mycnf = password('my-cnf', 'MySQL password');
const redis = password('redis-conf', 'Redis password');
const htpasswd = password('smb-credentials', 'password in a credentials file');
const typed = password('shell-history-password', 'password typed into a shell');
const login = registry('docker-login', 'password given to docker login');

/** .pgpass: `host:port:database:user:password`, `\:` and `\\` escaped (libpq, "The Password File"). */
export const pgPass: FileParser = (text) => {
  const secrets: RawSecret[] = [];
  let line = 0;
  for (const row of text.split('\n')) {
    line++;
    if (row.startsWith('#') || row.length > 2000) continue;
    const fields = row.replace(/\r$/, '').match(/(?:\\.|[^:\\])*(?::|$)/g) ?? [];
    if (fields.length < 5) continue;
    const column = fields.slice(0, 4).join('').length + 1;
    const value = row
      .replace(/\r$/, '')
      .slice(column - 1)
      .replace(/\\(.)/g, '$1');
    if (isLiteral(value)) secrets.push(secretAt(pgpass, value, { line, column }));
  }
  return parsed(secrets);
};

/** .my.cnf, debian.cnf: `password=` in a client's group. */
export const myCnf: FileParser = (text) =>
  parsed(
    iniSettings(text).flatMap((setting) => (/^(password|passwd)$/.test(setting.key) ? secretOf(mycnf, setting) : [])),
  );

/** redis.conf: `requirepass`, `masterauth`, `user … >password`. */
export const redisConf: FileParser = (text) => {
  const secrets: RawSecret[] = [];
  let line = 0;
  for (const row of text.split('\n')) {
    line++;
    const match = /^\s{0,20}(requirepass|masterauth|sentinel auth-pass \S{1,100})\s+"?([^\s"]{1,500})"?/.exec(
      row.slice(0, 1000),
    );
    const acl = /^\s{0,20}user\s+\S{1,100}\s.{0,500}?>(\S{1,300})/.exec(row.slice(0, 1000));
    const value = match?.[2] ?? acl?.[1];
    if (isLiteral(value)) secrets.push(secretAt(redis, value, { line, column: row.lastIndexOf(value) + 1 }));
  }
  return parsed(secrets);
};

/** `username=… password=…` files of mount.cifs, davfs2, msmtp, fetchmail, lftp. */
export const credentialsFile: FileParser = (text) => {
  const secrets = iniSettings(text).flatMap((setting) =>
    /^(password|pass|passwd)$/i.test(setting.key) ? secretOf(htpasswd, setting) : [],
  );
  let line = 0;
  for (const row of text.split('\n')) {
    line++;
    const match = /^\s{0,20}(?:password|poll\s.{1,300}\bpassword)\s+"?([^\s"=]{3,300})"?/.exec(row.slice(0, 1000));
    if (match && isLiteral(match[1]))
      secrets.push(secretAt(htpasswd, match[1], { line, column: row.indexOf(match[1]) + 1 }));
  }
  return parsed(secrets);
};

/** Histories: each line that gives a password or token to a command. The file alone is worth a word. */
export const shellHistory: FileParser = (text) => {
  const at = placer(text);
  const secrets: RawSecret[] = [];
  let commands = 0;
  let offset = 0;
  for (const row of text.split('\n')) {
    if (row.trim() !== '' && !/^#\d+$/.test(row)) commands++;
    for (const found of commandSecrets(row.slice(0, 8000))) {
      const { line, column } = at(offset + found.at);
      const { at: _, ...rest } = found;
      secrets.push({ ...rest, line, column });
    }
    offset += row.length + 1;
  }
  if (commands === 0) return parsed([]);
  return { secrets, mark: { kind: 'shell-history', title: 'command history', count: commands, confidence: 'high' } };
};

/** Passwords that a command line gives to well-known commands, with their offsets. */
export function commandSecrets(command: string): (RawSecret & { at: number })[] {
  const found: (RawSecret & { at: number })[] = [];
  const add = (label: typeof typed, value: string | undefined, at: number, note?: string): void => {
    const text = value?.replace(/^(['"])(.*)\1$/, '$2') ?? '';
    if (isLiteral(text) && !found.some((one) => one.value === text))
      found.push({ ...secretAt(label, text, { line: 1, column: at + 1 }, 'high', note), at });
  };
  for (const [pattern, label] of patterns) {
    for (const match of command.matchAll(pattern)) {
      const value = match[1]!;
      add(label, value, match.index + match[0].lastIndexOf(value));
    }
  }
  for (const match of command.matchAll(
    /(?:^|[\s;&|])(?:export\s+|-e\s*|--env[ =])?([A-Za-z_]\w{1,80})=("[^"$`]{4,500}"|'[^']{4,500}'|[^\s"'$`;&|()]{4,500})/g,
  )) {
    if (namesSecret(match[1]!) && !/^["']?(https?:\/\/|\d{1,5}$)/.test(match[2]!))
      add(typed, match[2], match.index + match[0].length - match[2]!.length, match[1]!.slice(0, 80));
  }
  const url = urlPassword(command);
  if (url) add(typed, url.password, url.at, 'in a URL');
  return found;
}

const word = `("[^"$\`]{3,300}"|'[^']{3,300}'|[^\\s"'$\`;&|<>()-][^\\s"'$\`;&|<>()]{2,300})`;
const patterns: [RegExp, typeof typed][] = [
  [
    new RegExp(
      `\\b(?:docker|podman|nerdctl|buildah|skopeo|helm registry|oras|crane(?: auth)?)\\s+login\\s[^;&|\\n]{0,300}?(?:-p|--password)[ =]${word}`,
      'g',
    ),
    login,
  ],
  [
    new RegExp(
      `\\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\\s(?:[^;&|\\n]{0,300}?\\s)?(?:-p|--password=)(?!\\s)${word}`,
      'g',
    ),
    typed,
  ],
  [new RegExp(`\\bsshpass\\s+-p\\s{0,4}${word}`, 'g'), typed],
  [/\bcurl\s[^;&|\n]{0,500}?(?:-u|--user)[ =]?['"]?[^\s:'"$]{1,100}:([^\s'"$@]{3,200})/g, typed],
  [new RegExp(`\\bwget\\s[^;&|\\n]{0,500}?--(?:http-|ftp-)?password[ =]${word}`, 'g'), typed],
  [new RegExp(`\\bredis-cli\\s[^;&|\\n]{0,200}?-a\\s${word}`, 'g'), typed],
  [
    /\becho\s{1,4}(?:-[ne]\s{1,4})?['"]?[a-z_][a-z0-9_-]{0,31}:([^\s'"$|]{3,100})['"]?\s{0,4}\|\s{0,4}(?:sudo\s{1,4})?chpasswd/g,
    typed,
  ],
  [new RegExp(`\\becho\\s{1,4}(?:-n\\s{1,4})?${word}\\s{0,4}\\|\\s{0,4}(?:docker|podman)\\s+login`, 'g'), login],
  [new RegExp(`\\bsnyk\\s+auth\\s+${word}`, 'g'), typed],
];
