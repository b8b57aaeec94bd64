/** Tells what only stands for a secret: variables, examples, words, sequences. */
import { engineData } from './data.ts';

const variable =
  /^(?:\$[A-Za-z_{(]|%[A-Za-z_]\w*%$|\{\{?|<|#\{|\[\[?|@[A-Za-z_]+@$|!(?:Ref|Sub|GetAtt|ref|vault|secret)|&[a-z]|\*[a-z*])/;
const inside =
  /\$\{|\{\{|%\([A-Za-z_.]+\)|\$\(|<%|%>|\}\}|\.\.\.|\*\*\*|\u2022|\(\)|__[A-Z_]+__|process\.env|os\.environ|getenv|\bENV\[/;
const sealed =
  /^(?:ENC\[|ENC\(|\{cipher\}|vault:|ref\+|op:\/\/|keyring:|ssm:|secret:|secretsmanager:|arn:aws|projects\/|AQICAH|Ag[A-D][A-Za-z0-9+/]{60}|\$ANSIBLE_VAULT|sealed:|env:|file:|data:|age1|kms:|gcpkms:|awskms:|azurekeyvault:)/;
const hashed =
  /^(?:sha\d{1,3}[-:$_=]|md5[-:$]|\$(?:1|2[abxy]?|5|6|7|y|apr1|argon2|scrypt|pbkdf2)|pbkdf2[_:$-]|bcrypt|argon2|scrypt|\{(?:SSHA|SHA|MD5|CRYPT))/i;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const exampleWords =
  /example|sample|dummy|placeholder|changeme|redacted|replace|insert|your[-_]?|my[-_](?:key|token|secret|pass)|xxxx|fake|foobar|lorem|notreal|invalid/i;

/** `$TOKEN`, `${…}`, `{{…}}`, `%(…)s`, `<…>`, `ENC[…]`: what is filled in or opened elsewhere. */
export function isReference(value: string): boolean {
  return variable.test(value) || inside.test(value) || sealed.test(value);
}

/** A hash, a UUID or an integrity string: it shows something, and opens nothing. */
export function isDigest(value: string): boolean {
  return hashed.test(value) || uuid.test(value);
}

/** The random part of a token: it is an example where it holds such a word, repeats itself, or counts. */
export function isExampleToken(body: string): boolean {
  return exampleWords.test(body) || repeats(body) || counts(body);
}

/** A password that is made of the words of examples alone: `password`, `your-password`, `user123`. */
export function isExampleWord(value: string): boolean {
  const words = value
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  if (words.length === 0) return true;
  const known = engineData().placeholders;
  if (words.every((word) => known.has(word) || known.has(word.replace(/\d+$/, '')) || /^\d{1,6}$/.test(word)))
    return true;
  return /^(.)\1*$/.test(value) || exampleWords.test(value) || counts(value);
}

/** The pairs of letters that words are made of: three in five of a text's, one in six of random letters'. */
const pairs = new Set(
  (
    'th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te et ng of al de se le sa si ar ve ra ld ur ri ' +
    'ro ic ne me li ch ll be ma om el so la ce us co ta ec io ac pr em pe il tr ee ss di ho ca ge ot sh no pa ke ey na un ut ' +
    'su ol id ad po tu ai ow ay ab lo ct ig am wo rd ck nc rs ns ts ir fi fo mo do pl cl bl ac im ex ap up op ag ul mp ie ia'
  ).split(' '),
);

/** Something that a person made up, or made up for a test: it may well be used, but as often it stands for another. */
export function isWeak(value: string): boolean {
  return (
    isIdentifier(value) ||
    /pass|secret|token|test|admin|credential|sesame|private|[kK]ey(?![a-z])/i.test(value) ||
    counts(value, 5)
  );
}

/** Written by people for people: words, with a digit or two at most, joined by dots, dashes or capitals. */
export function isIdentifier(value: string): boolean {
  const numbers = value.match(/\d+/g) ?? [];
  const digits = numbers.reduce((sum, number) => sum + number.length, 0);
  // `testRSA2048Key` has many digits, and yet one number.
  if (digits > Math.max(2, numbers.length <= 1 ? value.length / 3 : value.length / 6)) return false;
  let all = 0;
  let known = 0;
  for (const [word] of value.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)) {
    const lower = word.toLowerCase();
    for (let i = 0; i + 1 < lower.length; i++) {
      all++;
      if (pairs.has(lower.slice(i, i + 2))) known++;
    }
  }
  // Random text with capitals has few pairs within a case at all.
  return all >= Math.max(3, value.length * 0.42) && known >= all * 0.5;
}

/** Six times the same character in a row, or hardly more characters than a handful in all. */
function repeats(text: string): boolean {
  if (/(.)\1{5}/.test(text)) return true;
  if (text.length >= 16 && new Set(text).size <= Math.min(6, text.length / 4)) return true;
  const half = text.slice(0, Math.floor(text.length / 2));
  return half.length >= 8 && text.startsWith(half, half.length);
}

/** Characters that follow each other, up or down: `12345678`, `abcdefgh`. */
function counts(text: string, most = 8): boolean {
  let up = 1;
  let down = 1;
  for (let i = 1; i < text.length; i++) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1);
    const wraps = text[i - 1] === '9' && (text[i] === '0' || text[i] === 'a' || text[i] === 'A');
    up = step === 1 || wraps ? up + 1 : 1;
    down = step === -1 ? down + 1 : 1;
    if (up >= most || down >= most) return true;
  }
  return false;
}
