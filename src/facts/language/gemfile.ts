/** Bundler's Gemfile and Gemfile.lock: which gems an application needs in which group. Ruby code that is never run: plain lines are read. */
import { lines } from '../text.ts';
import { type Manifest, mostPackages, word } from './manifest.ts';

const devGroups = new Set(['development', 'test', 'tests', 'dev', 'lint', 'ci', 'doc', 'docs', 'rubocop', 'debug']);

/** The gems that stand in groups for development alone, and all others. What depends on conditions counts as needed. */
export function readGemfile(text: string): Manifest | undefined {
  const run = new Set<string>();
  const dev = new Set<string>();
  const blocks: boolean[] = [];
  for (const raw of lines(text)) {
    const line = raw.length > 1024 ? '' : raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line === 'end' || line.startsWith('end ')) blocks.pop();
    else if (/\bdo( ?\|\w*\|)?$/.test(line)) blocks.push(line.startsWith('group') && forDevelopment(symbols(line)));
    else if (/^(if|unless|case|begin|def|while) /.test(line)) blocks.push(false);
    const gem = /^gem[ (]+["']([\w.-]{1,128})["']/.exec(line)?.[1];
    if (gem === undefined || run.size + dev.size > mostPackages) continue;
    const option = /(?:groups?:|:groups? ?=>) ?(\[[^\]]{0,200}\]|:\w+)/.exec(line)?.[1];
    if (blocks.includes(true) || (option !== undefined && forDevelopment(symbols(option)))) dev.add(gem);
    else run.add(gem);
  }
  if (dev.size === 0) return undefined;
  return { e: 'gem', dev: { direct: { run: [...run], dev: [...dev].filter((name) => !run.has(name)) } } };
}

function symbols(text: string): string[] {
  return [...text.matchAll(/:(\w+)/g)].map((match) => match[1]!).filter((name) => !/^groups?$/.test(name));
}

function forDevelopment(groups: readonly string[]): boolean {
  return groups.length > 0 && groups.every((group) => devGroups.has(group));
}

/** Each locked gem with its version and what it needs itself: four spaces for a gem, six for what it needs. */
export function readGemfileLock(text: string): Manifest | undefined {
  const graph: string[][] = [];
  let specs = false;
  for (const line of lines(text)) {
    if (line.length > 512) continue;
    if (line.charCodeAt(0) !== 0x20) specs = false;
    else if (line === '  specs:') specs = true;
    else if (specs && line.startsWith('      ')) {
      const name = word(line.slice(6).split(' ', 1)[0], 128);
      const last = graph.at(-1);
      if (name && last && last.length < 512) last.push(name);
    } else if (specs && line.startsWith('    ') && graph.length < mostPackages) {
      const open = line.indexOf(' (');
      const name = word(line.slice(4, open < 0 ? undefined : open), 128);
      // `1.2-x86_64-linux`: behind the first dash stands the platform that the gem was built for.
      const version = open < 0 ? undefined : word(/^[^-)]*/.exec(line.slice(open + 2))![0], 128);
      if (name && version) graph.push([name, version]);
    }
  }
  return graph.length > 0 ? { e: 'gem', dev: { graph } } : undefined;
}
