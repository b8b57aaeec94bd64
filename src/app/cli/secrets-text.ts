/** Secrets for people: what, how sure, where. */
import { span } from '../../report/text.ts';
import type { SecretSighting } from '../../types/secrets.ts';
import type { SecretsResult } from './secrets-command.ts';
import { stdinName } from './secrets-search.ts';

const placesShown = 5;

/** One block for each secret, the worst first; last a line that sums up. */
export async function secretsText(
  results: readonly (SecretsResult & { hidden: number })[],
  _width: number,
  colour: boolean,
): Promise<string> {
  const { createColors } = await import('picocolors');
  const paint = createColors(colour);
  const lines: string[] = [];
  for (const { target, secrets, status, hidden } of results) {
    for (const { severity, confidence, rule, title, masked, fingerprint, sightings, suppression, rotate } of secrets) {
      const tags = [
        confidence === 'high' ? '' : `${confidence} confidence`,
        suppression ? `suppressed: ${suppression.reason}` : '',
      ];
      const head = `${severity.toUpperCase()}  ${rule}  ${title} (${masked})`;
      lines.push([paint.bold(plain(head)), ...tags.filter(Boolean).map((tag) => paint.dim(plain(tag)))].join('  '));
      for (const sighting of sightings.slice(0, placesShown)) lines.push(`  ${plain(placeOf(target, sighting))}`);
      if (sightings.length > placesShown) lines.push(paint.dim(`  + ${sightings.length - placesShown} more`));
      lines.push(
        paint.dim(plain(`  fingerprint ${fingerprint}${rotate === undefined ? '' : `; to revoke it: ${rotate}`}`)),
        '',
      );
    }
    for (const { level, message } of status)
      if (level !== 'info') lines.push(paint.yellow(plain(`${level}: ${message}`)));
    lines.push(plain(summary(target, secrets.length, hidden)));
  }
  return `${lines.join('\n')}\n`;
}

function summary(target: string, found: number, hidden: number): string {
  const where = target === '-' ? 'standard input' : target;
  const low =
    hidden === 0
      ? ''
      : `; ${hidden} of low confidence ${hidden === 1 ? 'is' : 'are'} not shown: --secrets-all shows ${hidden === 1 ? 'it' : 'them'}`;
  return `${where}: ${found === 0 ? 'no secrets' : found === 1 ? '1 secret' : `${found} secrets`} found${low}`;
}

function placeOf(target: string, { evidence }: SecretSighting): string {
  if (evidence.at !== 'file') return evidence.at;
  const place = [evidence.line, evidence.column].filter((part) => part !== undefined).map((part) => `:${part}`);
  const base =
    evidence.path === stdinName
      ? stdinName
      : target.endsWith(evidence.path)
        ? target
        : `${target.replace(/\/+$/, '')}/${evidence.path}`;
  return `${base}${place.join('')}${evidence.note ? ` (${evidence.note})` : ''}`;
}

/** What comes from files must not move the cursor. */
function plain(text: string): string {
  return span(text).text;
}
