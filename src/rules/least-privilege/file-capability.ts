import type { DockerfileFacts } from '../../types/dockerfile.ts';
import type { Check, CheckContext, Hit } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { wayNote, waysBy } from '../escalations.ts';
import { atLeastOne, inConfig, listed, namesOf, unknownHit } from '../hits.ts';

export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (dockerfile) return given(dockerfile, context);
  const { privilegedFiles } = facts;
  if (!privilegedFiles.known) return unknownHit(privilegedFiles.reason, inConfig('/rootfs'));
  const allowed = new Set(namesOf(context, 'allowed'));
  const ways = waysBy(facts, 'capability');
  const evidence: Evidence[] = [];
  const names: string[] = [];
  let open = false;
  for (const { path, layer, capabilities, package: owner } of privilegedFiles.value) {
    const beyond = capabilities.filter((capability) => !allowed.has(capability));
    if (beyond.length === 0) continue;
    const certainty = ways.get(path);
    open ||= certainty === 'known';
    const way = wayNote(certainty);
    const note = [listed(beyond, 40), ...(owner === undefined ? [] : [`package ${owner}`]), ...(way ? [way] : [])].join(
      '; ',
    );
    evidence.push({ at: 'file', path, layer, note });
    names.push(`/${path} (${listed(beyond, 3)})`);
  }
  if (!atLeastOne(evidence)) return [];
  const data = { count: evidence.length, names: listed(names) };
  return [{ data, evidence, ...(open && { variant: 'escalation' }) }];
};

/** setcap in a stage that ships: pairs of a capability text (cap_from_text(3)) and a file. */
function given(dockerfile: DockerfileFacts, context: CheckContext): Hit[] {
  const allowed = new Set(namesOf(context, 'allowed'));
  const hits: Hit[] = [];
  for (const { name, args, evidence } of commandsOf(dockerfile, { origin: ['RUN'], shipped: true, deferred: false })) {
    if (name !== 'setcap') continue;
    const words = args.filter(({ text }) => !/^-[qvfn]|^-$/.test(text)).map(({ text }) => text);
    if (words.includes('-r')) continue;
    const beyond = new Set<string>();
    const files: string[] = [];
    for (let at = 0; at + 1 < words.length; at += 2) {
      const names = words[at]!.toLowerCase()
        .slice(0, 2048)
        .match(/\b(?:cap_[a-z_]{1,40}|all)\b/g) ?? ['all'];
      const found = /^[=+-]*$/.test(words[at]!) ? [] : names.filter((one) => !allowed.has(one));
      if (found.length > 0) files.push(words[at + 1]!);
      for (const one of found) beyond.add(one);
    }
    if (beyond.size > 0)
      hits.push({
        variant: 'set',
        data: { names: listed(beyond, 6), files: listed(files, 3), count: beyond.size },
        evidence: [evidence],
      });
  }
  return hits;
}
