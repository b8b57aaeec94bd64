/** Secrets in the image config: variables, labels, build arguments, commands, history. The values live for this call alone. */
import type { AnalysedImage } from '../../image/model.ts';
import type { SecretKind, SecretSighting } from '../../types/secrets.ts';
import type { Evidence } from '../../types.ts';
import { merge } from './examine.ts';
import { type StepPart, stepParts } from './history-text.ts';
import { findKeys, type KeySecret } from './keys.ts';
import { connectionPassword } from './parsers/apps.ts';
import { commandSecrets } from './parsers/clients.ts';
import { namesSecret } from './parsers/env.ts';
import { scanText } from './scanner.ts';
import { isLiteral, isPlaceholder, isReference, isWeakWord, urlPassword } from './values.ts';

/** A secret of the config before it is sealed, and where it stands. */
export interface ConfigSecret {
  secret: KeySecret;
  where: SecretSighting['where'];
  evidence: Evidence;
  /** Layer that the step made, for the history. */
  layer?: number;
}

/** Finds them all. Texts that are alike (a variable and the step that set it) give the same secret twice, at two places. */
export function configSecrets(image: AnalysedImage): ConfigSecret[] {
  const { container, history } = image.config;
  const found: ConfigSecret[] = [];
  const add = (part: StepPart, pointer: string, document: 'config' | 'manifest' = 'config', layer?: number): void => {
    for (const secret of partSecrets(part)) {
      const note = part.name === undefined ? secret.note : part.name.slice(0, 80);
      const evidence: Evidence = { at: 'config', pointer, document, ...(note && { note }) };
      found.push({ secret, where: part.where, evidence, ...(layer !== undefined && { layer }) });
    }
  };
  for (const [i, entry] of container.env.entries()) {
    const cut = entry.indexOf('=');
    if (cut > 0) add({ where: 'env', name: entry.slice(0, cut), text: entry.slice(cut + 1) }, `/config/Env/${i}`);
  }
  for (const [name, text] of Object.entries(container.labels))
    add({ where: 'label', name, text }, `/config/Labels/${escaped(name)}`);
  for (const [name, text] of Object.entries(image.annotations))
    add({ where: 'label', name, text }, `/annotations/${escaped(name)}`, 'manifest');
  const commands: [string, readonly string[]][] = [
    ['Entrypoint', container.entrypoint],
    ['Cmd', container.cmd],
    ['Healthcheck/Test', container.healthcheck?.test ?? []],
    ['OnBuild', container.onBuild],
    ['Shell', container.shell],
  ];
  for (const [name, words] of commands)
    if (words.length > 0) add({ where: 'run', text: words.join(' ') }, `/config/${name}`);
  for (const [i, step] of history.entries()) {
    if (step.createdBy)
      for (const part of stepParts(step.createdBy)) add(part, `/history/${i}/created_by`, 'config', step.layer);
    if (step.comment) add({ where: 'run', text: step.comment }, `/history/${i}/comment`, 'config', step.layer);
    if (step.author) add({ where: 'run', text: step.author }, `/history/${i}/author`, 'config', step.layer);
  }
  return found;
}

/** The secrets of one text: a named value, or a command. */
export function partSecrets({ where, name, text }: StepPart): KeySecret[] {
  if (text.length < 4) return [];
  const shown = scanText(name === undefined ? text : `${name}=${text}`);
  const named: KeySecret[] = [...findKeys(text)];
  if (name === undefined) named.push(...commandSecrets(text.slice(0, 16_384)).map(({ at: _, ...secret }) => secret));
  else named.push(...valueSecrets(name, text));
  const merged = merge(named, shown, name !== undefined && where !== 'label');
  return merged.map(({ line: _, column: __, ...secret }) => secret);
}

/** One named value: a URL or connection string with a password in it, or a name that says what it is. */
function valueSecrets(name: string, text: string): KeySecret[] {
  const password = urlPassword(text)?.password ?? connectionPassword(text)?.password;
  if (password !== undefined) return [plain('url-password', 'password in a connection URL', password, 'high')];
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (!namesSecret(last) || isReference(text.trim()) || /^(\d{1,5}|true|false|https?:\/\/\S+|\/\S*|\s*)$/i.test(text))
    return [];
  const value = text.trim();
  if (value.length < 3 || /\s/.test(value)) return [];
  // What is baked in is in use, placeholder or not; but a word that everyone knows is no secret that got out.
  const sure = isLiteral(value) && !isPlaceholder(value) && !isWeakWord(value);
  return [plain('named-value', 'value that its name calls a secret', value, sure ? 'high' : 'low')];
}

function plain(detector: string, title: string, value: string, confidence: KeySecret['confidence']): KeySecret {
  const kind: SecretKind = 'password-in-file';
  return { detector, title, kind, severity: 'high', confidence, value };
}

function escaped(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}
