/** The man page, from the tables that the parser and the help follow. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './rules.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The text of man/tare.1. */
export async function manPage() {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { commands } = await importTypeScript('src/app/cli/commands.ts');
  const { optionTables } = await importTypeScript('src/app/cli/option-tables.ts');
  const lines = [
    '.\\" Written by npm run docs from the option tables. Do not edit.',
    `.TH TARE 1 "" "tare ${version}" "User Commands"`,
    '.SH NAME',
    'tare \\- grade container images and say what to change',
    '.SH SYNOPSIS',
    ...commands.flatMap(([, usage], i) => [...(i > 0 ? ['.br'] : []), `.B tare ${roff(usage)}`]),
    '.SH DESCRIPTION',
    ...text(
      'Grades container images from 0 to 100: how small, unprivileged, clean and immutable they are, and says what to ' +
        'change, and in which layer. An image is read from Docker, a registry, an archive, a folder or standard input; it is ' +
        'never run and never unpacked to disk. Dockerfiles are checked before anything is built.',
    ),
    '.SH COMMANDS',
    ...commands.flatMap(([, usage, meaning]) => item(`tare ${usage}`, meaning)),
    ...item('tare help COMMAND', 'the options of a command'),
    '.SH TARGETS',
    ...text(
      'The name of an image is asked of Docker first, then of its registry. A file is an archive (docker save, OCI), a ' +
        'Dockerfile or an image recipe; a folder is an OCI layout. A scheme says which it is: docker: registry: ' +
        'docker-archive: oci-archive: oci-dir: rootfs: recipe: dockerfile:, and - is standard input. What comes after -- is ' +
        'a target, whatever it looks like.',
    ),
    ...commands.flatMap(([name]) => optionsOf(name, optionTables)),
    '.SH ENVIRONMENT',
    ...text(
      'Every option is also a variable: --fail-on is TARE_FAIL_ON. A list is separated by commas, a flag is 1 or 0. The ' +
        'command line wins over variables, those over tare.yaml.',
    ),
    ...item('TARE_REGISTRY_USERNAME, TARE_REGISTRY_PASSWORD', 'credentials for the registry of the target'),
    ...item('NO_COLOR, FORCE_COLOR', 'colour never, or always'),
    ...item('TARE_DEBUG', '1 adds the stack to an error'),
    '.SH FILES',
    ...item('tare.yaml', 'options of a project, in the folder of the target or above it'),
    ...item('~/.cache/tare', 'what is known of layers that were seen before'),
    '.SH EXIT STATUS',
    ...item('0', 'the gate passed'),
    ...item('1', 'the gate failed'),
    ...item('2', 'something could not be scanned'),
    ...item('130, 143', 'stopped by SIGINT or SIGTERM'),
    '.SH EXAMPLES',
    ...item('tare scan debian:13-slim', 'grade an image'),
    ...item('docker save my-app | tare scan - --fail-on medium --min-score 80', 'the gate of a pipeline'),
    ...item('tare lint --fix-dry-run', 'what would mend the Dockerfiles below this folder'),
    '.SH SEE ALSO',
    '.BR docker (1),',
    '.BR podman (1)',
  ];
  return `${lines.join('\n')}\n`;
}

/** A command's options by group; those that are the very ones of `tare scan` are only named. */
function optionsOf(name, tables) {
  const scan = new Set(name === 'scan' ? [] : tables.get('scan'));
  const all = tables.get(name);
  const own = all.filter((option) => !scan.has(option));
  const same = all.filter((option) => scan.has(option) && option.name !== 'help');
  if (own.length + same.length === 0 || all.length === 1) return [];
  const lines = [`.SH OPTIONS OF TARE ${name.toUpperCase()}`];
  let group;
  for (const option of own) {
    if (option.group !== group) lines.push(`.SS ${roff((group = option.group))}`);
    lines.push(...item(`--${option.name}${option.value ? ` ${option.value}` : ''}`, option.describe));
  }
  if (same.length > 0) {
    if (own.length > 0) lines.push('.PP');
    lines.push(...text(`As for tare scan: ${same.map((option) => `--${option.name}`).join(', ')}.`));
  }
  return lines;
}

function item(name, meaning) {
  return ['.TP', `.B ${roff(name)}`, ...text(meaning)];
}

/** Words on lines of some length: a pager fills them anew. */
function text(words) {
  const lines = [];
  let line = '';
  for (const word of words.split(' ')) {
    if (line && roff(`${line} ${word}`).length > 78) {
      lines.push(line);
      line = '';
    }
    line += line ? ` ${word}` : word;
  }
  return [...lines, line].map(roff);
}

/** Plain text as roff reads it: no requests, no escapes, dashes that can be copied, and ASCII. */
function roff(plain) {
  const escaped = plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll('’', '\\(cq')
    .replaceAll('…', '...')
    .replace(/[^\n -~]/gu, (letter) => `\\[u${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
