import type { CommandFact } from '../../types/dockerfile.ts';
import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { inConfig, namesOf, tableOf } from '../hits.ts';
import { dockerfileOptions } from '../option-table.ts';
import { namedSettings } from '../settings.ts';
import { namedFileSettings, shownSetting, unreadSettings } from '../source-settings.ts';
import { isLocal, looksLikeUrl } from '../urls.ts';
import { wildcard } from '../wild.ts';
import { writtenTexts } from '../written.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts, context);
  const options = dockerfileOptions(tableOf(context, 'options'));
  const settings = tableOf(context, 'settings');
  const hits: Hit[] = [];
  const seen = new Set<CommandFact>();
  for (const command of commandsOf(dockerfile)) {
    const option = options.find(command) ?? configured(command, settings);
    if (option === undefined || onlyLocal(command)) continue;
    seen.add(command);
    hits.push({ data: { what: `${command.name} ${option}` }, evidence: [command.evidence] });
  }
  const variables = tableOf(context, 'variables');
  for (const { name, value, by, evidence } of namedSettings(dockerfile)) {
    if (!switchesOff(variables, name, value)) continue;
    hits.push({
      variant: by === 'RUN' ? 'default' : 'lasting',
      data: { what: `${name}=${value.slice(0, 60)}` },
      evidence: [evidence],
    });
  }
  const lines = namesOf(context, 'lines');
  for (const { text, path, evidence, command } of writtenTexts(dockerfile)) {
    if (command && seen.has(command)) continue;
    const found = lines.find((line) =>
      text.split('\n').some((own) => wildcard(line, own.toLowerCase().replace(/\s+/g, ''))),
    );
    if (found === undefined) continue;
    hits.push({
      variant: 'lasting',
      data: { what: `${found.replaceAll('*', '')} in ${path ?? 'a file'}` },
      evidence: [evidence],
    });
  }
  return hits;
};

/** What the container starts with: its environment, and the files of the tools in it. */
function inImage(facts: Facts, context: CheckContext): Hit[] {
  const hits = unreadSettings(facts);
  for (const setting of namedFileSettings(facts, tableOf(context, 'files'))) {
    if (setting.name === 'trusted-host' && setting.value.split(/\s+/).every(isLocal)) continue;
    const data = { what: shownSetting(setting), path: `/${setting.path}` };
    hits.push({ variant: 'file', data, evidence: [setting.evidence] });
  }
  if (!facts.container.known) return hits;
  const variables = tableOf(context, 'variables');
  for (const [index, entry] of facts.container.value.env.entries()) {
    const at = entry.indexOf('=');
    const [name, value] = [entry.slice(0, at), entry.slice(at + 1)];
    if (at < 1 || !switchesOff(variables, name, value) || value.split(/[\s,]+/).every(isLocal)) continue;
    const data = { what: `${name}=${value.slice(0, 60)}` };
    hits.push({ variant: 'environment', data, evidence: [inConfig(`/config/Env/${index}`)] });
  }
  return hits;
}

function switchesOff(variables: ReadonlyMap<string, string>, name: string, value: string): boolean {
  const wanted = variables.get(name) ?? variables.get(name.toUpperCase());
  const own = value.trim().toLowerCase();
  // pip takes the same word as an option and as a variable: an empty list of hosts trusts none.
  return own !== '' && wanted !== undefined && wanted.split(' ').some((one) => wildcard(one, own));
}

/** `git config --global http.sslVerify false`, `npm config set strict-ssl false`: a name, and the value behind it. */
function configured({ name, args }: CommandFact, settings: Map<string, string>): string | undefined {
  const words = settings.get(name);
  if (words === undefined) return undefined;
  for (const [at, { text }] of args.entries()) {
    for (const setting of words.split(' ')) {
      const [key = '', value = ''] = setting.split('=', 2);
      const own = text.toLowerCase();
      const next = args[at + 1]?.text.toLowerCase();
      if (own === key && next !== undefined && wildcard(value, next)) return `${key} ${next}`;
      if (own.startsWith(`${key}=`) && wildcard(value, own.slice(key.length + 1))) return own;
    }
  }
  return undefined;
}

/** Every address is this machine's: there is nobody in between. */
function onlyLocal({ args, origin }: CommandFact): boolean {
  const urls = args.filter(({ text }) => looksLikeUrl(text) || isLocal(text));
  // A health check asks its own container, unless it says otherwise.
  if (origin === 'HEALTHCHECK') return urls.every(({ text, dynamic }) => dynamic || isLocal(text));
  return urls.length > 0 && urls.every(({ text }) => isLocal(text));
}
