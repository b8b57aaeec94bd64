import type { Facts } from '../../types/facts.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { tableOf } from '../hits.ts';
import { dockerfileOptions } from '../option-table.ts';
import { namedSettings } from '../settings.ts';
import { namedFileSettings, shownSetting, unreadSettings } from '../source-settings.ts';
import { isLocal } from '../urls.ts';
import { wildcard } from '../wild.ts';
import { writtenTexts } from '../written.ts';

/** Sources whose packages nobody signs: marked so in their own file, or plain HTTP where the language's packages carry no signature. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return inImage(facts, context);
  const hits: Hit[] = [];
  const lines = tableOf(context, 'lines');
  for (const { text, path, evidence, by } of writtenTexts(dockerfile)) {
    for (const [line, what] of lines) {
      const own = text
        .split('\n')
        .find((one) => !one.trimStart().startsWith('#') && wildcard(line, one.toLowerCase().replace(/\s+/g, '')));
      // A repository on the build's own disk is what the build made.
      if (own === undefined || /\bfile:/.test(own) || (by === 'sed' && /(?:^|[0-9/,])d$/.test(own))) continue;
      hits.push({ data: { what, path: path ?? 'a file' }, evidence: [evidence] });
      break;
    }
  }
  const options = dockerfileOptions(tableOf(context, 'options'));
  for (const command of commandsOf(dockerfile, { origin: ['RUN'] })) {
    const option = options.find(command);
    if (option === undefined || isLocal(option.replace(/^[^ =]*[ =]/, ''))) continue;
    const plain = /http:\/\//i.test(option);
    hits.push({
      variant: plain ? 'http' : 'option',
      data: { what: option, program: command.name },
      evidence: [command.evidence],
    });
  }
  const variables = tableOf(context, 'variables');
  for (const { name, value, evidence } of namedSettings(dockerfile)) {
    const wanted = variables.get(name);
    if (wanted === undefined || !wildcard(wanted, value.trim().toLowerCase()) || isLocal(value.trim())) continue;
    hits.push({
      variant: 'http',
      data: { what: `${name}=${value.slice(0, 80)}`, program: name },
      evidence: [evidence],
    });
  }
  return hits;
};

/** Only what the image's own package managers would take: signed sources over plain HTTP are no fault. */
function inImage(facts: Facts, context: CheckContext): Hit[] {
  return [
    ...unreadSettings(facts),
    ...namedFileSettings(facts, tableOf(context, 'files')).map(
      (setting): Hit => ({
        variant: 'image',
        data: { what: shownSetting(setting), path: `/${setting.path}` },
        evidence: [setting.evidence],
      }),
    ),
  ];
}
