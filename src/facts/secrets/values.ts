/** Tells a value that somebody could log in with from what stands in for one. */

/** Longest value that a parser takes for a secret; keys and keystores go other ways. */
const longest = 16_384;

/** A literal value: neither empty nor a reference to somewhere else, nor a word that stands for "put yours here". */
export function isLiteral(value: string | undefined): value is string {
  if (value === undefined) return false;
  const text = value.trim();
  return text.length > 2 && text.length <= longest && !isReference(text) && !isPlaceholder(text);
}

/** Names where the value is to be had and does not hold it: variables, templates, vaults, files. */
export function isReference(text: string): boolean {
  if (/^(\$|%[A-Za-z_(]|@[@{A-Z_]|!(vault|ref|env|secret|encrypted)\b|\{\{|<%|#\{|&[A-Za-z])/.test(text)) {
    // `$6$…` and `$2b$…` are password hashes, `$ecret` is a password.
    if (text[0] !== '$' || /^\$(\{|\(|[A-Za-z_]\w*$|env:)/.test(text)) return true;
  }
  if (/\$\{[^}]{1,200}\}|\{\{[^}]{1,200}\}\}|<%=|\$\([^)]{1,200}\)|%\([^)]{1,100}\)s/.test(text.slice(0, 1000)))
    return true;
  return (
    /^(ENC\[|ENC\(|AQICAH|vault:|op:\/\/|sops:|secretsmanager:|ssm:|keyring:|pass:|arn:aws[a-z-]*:(secretsmanager|ssm|kms):|azurekeyvault|kms:|gcpkms:|projects\/[^/]{1,80}\/secrets\/)/i.test(
      text,
    ) ||
    /^(process\.env|os\.environ|os\.getenv|getenv|env\(|ENV\[|System\.getenv|Environment\.|config\(|secrets\.|vars\.|var\.|data\.|local\.|params\.|settings\.)/.test(
      text,
    ) ||
    /^(file:\/\/)?\/(run|var\/run|etc|mnt|secrets|vault)\/[\w./-]*$/.test(text)
  );
}

const fillers =
  /^(null|nil|none|undefined|true|false|yes|no|todo|tbd|fixme|n\/a|na|unset|empty|blank|default|optional|required|string|redacted|removed|hidden|masked|secret|token|password|passwd|pass|apikey|api[_-]key|key|value|user|username|disabled|enabled|prompt|ask|stdin|interactive|keyring|keychain|hello|hunter2)$/i;
const invitations =
  /(^|[^a-z])(your|my|some|insert|enter|replace|put|add|fill|provide|change|set)[ _.-]?(your|this|the|a|with|me|it|here|in|own|api|token|password|secret|key|auth|access|pass|value)/i;

/** A word that stands for a value in a form, an example or a comment. */
export function isPlaceholder(text: string): boolean {
  if (fillers.test(text)) return true;
  if (
    /^<[^>]*>$|^\[[^\]]*\]$|^\{[^}]*\}$|^%[^%]*%$|^__\w+__$|^@\w+@$|^\*+$|^\.{3,}$|^x{3,}$|^-+$|^_+$|^#+$|^0+$/i.test(
      text,
    )
  )
    return true;
  if (/\u2026|\.\.\.|\*{3,}|x{6,}|<[a-z][\w -]{0,40}>/i.test(text)) return true;
  if (
    /example|placeholder|redacted|dummy|changeme|change[_-]?it|not[_-]?a?[_-]?(real|secret)|sample|foobar|lorem|deadbeef|_here$|-here$/i.test(
      text,
    )
  )
    return true;
  if (invitations.test(text)) return true;
  return distinct(text) <= Math.min(2, text.length - 1);
}

/** Passwords that everyone tries first: real where they are set, and no secret to lose. */
export function isWeakWord(text: string): boolean {
  return /^(pass(word|wd)?|secret|admin|root|guest|test|user|demo|welcome|letmein|qwerty|default|changeit|postgres|mysql|toor|master)\d{0,4}!?$/i.test(
    text,
  );
}

/** The password of a URL with userinfo, where it is literal: its offset and text. */
export function urlPassword(text: string): { user: string; password: string; at: number } | undefined {
  const match = /[a-z][a-z0-9+.-]{1,30}:\/\/([^\s:@/'"]{0,200}):([^\s@/'"]{1,300})@/i.exec(text);
  if (!match || !isLiteral(decoded(match[2]!))) return undefined;
  return {
    user: decoded(match[1]!),
    password: decoded(match[2]!),
    at: match.index + match[0].length - match[2]!.length - 1,
  };
}

/** Base64 to text; undefined where it is none or holds control characters. */
export function fromBase64(text: string): string | undefined {
  const clean = text.replace(/\s+/g, '');
  if (clean.length < 4 || clean.length > longest || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(clean)) return undefined;
  const plain = Buffer.from(clean, 'base64').toString('latin1');
  for (let i = 0; i < plain.length; i++) {
    const c = plain.charCodeAt(i);
    if ((c < 32 && c !== 9 && c !== 10 && c !== 13) || c === 127) return undefined;
  }
  return plain;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function distinct(text: string): number {
  return new Set(text).size;
}
