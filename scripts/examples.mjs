/** An example for each rule of the baseline, out of the rule's own tests: the shortest that finds something by itself. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

/** By rule id: what it is, and its text. Where no test stands by itself, `<<…>>` stands for a secret, and comments say what goes with it. */
export function ruleExamples(root) {
  const folder = join(root, 'test/rules');
  const found = {};
  // Somebody may build from sources without tests: rules are then explained without an example.
  if (!existsSync(folder)) return found;
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  for (const path of paths.sort()) {
    const [, rule, name] = /^[a-z-]+\/([a-z0-9-]+)\/(ng[a-z0-9-]*\.(?:yaml|Dockerfile))$/.exec(path) ?? [];
    if (!rule) continue;
    const example = exampleOf(readFileSync(join(folder, path), 'utf8'), name.endsWith('.yaml'), rule);
    const other = found[rule];
    if (!other || rank(example) < rank(other)) found[rule] = example;
  }
  return Object.fromEntries(Object.entries(found).map(([rule, { of, text }]) => [rule, { of, text }]));
}

function rank({ alone, text }) {
  return text.length + (alone ? 0 : 1e6);
}

/** Without what the test expects of it. One in which the rule cannot tell is a poor example. */
function exampleOf(whole, isImage, rule) {
  const secrets = /<<[a-z0-9-]+(?::[^<>]*)?>>/.test(whole);
  if (!isImage) {
    const told = [...whole.matchAll(/^# expect: *([a-z0-9-]+)@(.*)$/gm)].some(
      ([, id, rest]) => id === rule && !/^[^|]*\bunknown\b/.test(rest),
    );
    const alone = told && !secrets && !/^# (?:asOf|trusted|target|parameter|context|dockerignore):/m.test(whole);
    return { of: 'dockerfile', text: whole.replace(/^# expect:.*\n/gm, '').trim(), alone };
  }
  const document = parseDocument(whole);
  const told = document.toJS().expect.some((item) => item.rule === rule && item.outcome !== 'unknown');
  const alone = told && !secrets && !document.has('asOf') && !document.has('trusted');
  for (const key of ['expect', 'asOf', 'trusted']) document.delete(key);
  return { of: 'image', text: document.toString({ lineWidth: 100 }).trim(), alone };
}
