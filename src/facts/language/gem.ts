/** Ruby's gems: the specification that RubyGems writes for each installed one. It is Ruby code and never run: plain assignments are read. */
import { lines } from '../text.ts';
import { anyOf, type Manifest, type ManifestPackage, word } from './manifest.ts';

/** Lines of a specification that are looked at. */
const mostLines = 2000;

/** `specifications/NAME.gemspec`, of a default gem too. */
export function readGemspec(text: string): Manifest | undefined {
  const found = new Map<string, string>();
  let stub: string[] | undefined;
  let count = 0;
  for (const line of lines(text)) {
    if (++count > mostLines) break;
    if (line.length > 4096) continue;
    const plain = line.trim();
    if (plain.startsWith('# stub: ')) stub ??= plain.slice(8).split(' ');
    else assign(plain, found);
  }
  const name = literal(found.get('name')) ?? word(stub?.[0]);
  const version = literal(found.get('version')) ?? gemVersion(found.get('version')) ?? word(stub?.[1]);
  if (!name || !version || !/^[0-9][0-9A-Za-z.-]*$/.test(version)) return undefined;
  const one: ManifestPackage = { n: name, v: version };
  const licence = anyOf(literals(found.get('licenses') ?? found.get('license') ?? ''));
  if (licence) one.l = licence;
  const platform = literal(found.get('platform')) ?? word(stub?.[2]);
  if (platform && platform !== 'ruby') one.a = platform;
  return { e: 'gem', p: [one] };
}

/** `s.name = "rake".freeze`: the attribute and what follows the sign. */
function assign(line: string, found: Map<string, string>): void {
  const dot = line.indexOf('.');
  const equals = line.indexOf(' = ');
  if (dot < 1 || dot > 8 || equals < dot) return;
  const key = line.slice(dot + 1, equals).trimEnd();
  if (key.length < 16 && !found.has(key)) found.set(key, line.slice(equals + 3).trim());
}

function literal(value: string | undefined): string | undefined {
  return value === undefined || !/^["']/.test(value) ? undefined : literals(value)[0];
}

/** `Gem::Version.new("1.0")` */
function gemVersion(value: string | undefined): string | undefined {
  return value?.startsWith('Gem::Version.new(') ? literals(value)[0] : undefined;
}

function literals(value: string): string[] {
  const out: string[] = [];
  let at = 0;
  while (at < value.length && out.length < 8) {
    const open = value.indexOf('"', at);
    const single = value.indexOf("'", at);
    const from = open < 0 ? single : single < 0 ? open : Math.min(open, single);
    if (from < 0) break;
    const to = value.indexOf(value[from]!, from + 1);
    if (to < 0) break;
    const text = word(value.slice(from + 1, to));
    if (text && !text.includes('#{')) out.push(text);
    at = to + 1;
  }
  return out;
}
