/** docs/formats.md keeps to the program. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { formatNames } from '../../src/report/formats.ts';
import { filterNames } from '../../src/report/template/filters.ts';
import { renderTemplate } from '../../src/report/template.ts';
import { debianService, staticBinary } from './fixtures.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(resolve(root, 'docs/formats.md'), 'utf8');
const section = (name: string) => page.split(/^## /m).find((text) => text.startsWith(`\`${name}\``)) ?? '';

test('has a line and a section with an example for every format, in the order of the help', () => {
  expect([...page.matchAll(/^\| \[`([a-z-]+)`\]\(#\1\)/gm)].map(([, name]) => name)).toEqual(formatNames);
  for (const name of formatNames) expect(section(name), name).toMatch(/^```/m);
});

test('names every filter, and no other', () => {
  const table = section('template').split('| filter |')[1]!;
  const rows = [...table.matchAll(/^\| (`[^|]*`) \|/gm)].map(([, names]) => names!);
  const named = rows.flatMap((names) => [...names.matchAll(/`([a-z]+)/g)].map(([, name]) => name!));
  expect(named.sort()).toEqual([...filterNames].sort());
});

test('shows a template that works', () => {
  const text = /```\n([\s\S]*?)```/.exec(section('template'))![1]!;
  const filled = renderTemplate([debianService(), staticBinary()], { template: { name: 'x.md.tpl', text } });
  expect(filled).toContain('# shop/api:1.4: D, 66.9\n\n1. HIGH run-as-root: The container starts as root');
  expect(filled).toContain('\n   `config /config/User`\n');
  expect(filled).toMatch(/: A, 100\.0\n\nNothing to mend\.\n$/);
});

test('docs/cli.md names every format', () => {
  const cli = readFileSync(resolve(root, 'docs/cli.md'), 'utf8');
  const row = /^\| `--format FORMAT`.*$/m.exec(cli)![0];
  for (const name of formatNames) expect(row).toContain(`\`${name}\``);
});
