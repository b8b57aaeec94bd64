import type { Check, Hit } from '../../types/rule.ts';
import type { WritablePath } from '../../types/surface.ts';
import { atLeastOne, inConfig, listed, unknownHit } from '../hits.ts';

/** One hit for all: it is one chown that mends them. */
export const check: Check = ({ surface, user }) => {
  const at = inConfig('/config/User');
  if (!surface.known) return unknownHit(surface.reason, at);
  const { everything, counts, paths } = surface.value;
  const programs = counts.code.files + counts.path.files + counts.library.files;
  if (everything) {
    const count = programs + counts.config.files;
    const drops = user.known && user.value.dropsPrivilegeBy !== undefined;
    const hit: Hit = { variant: 'everything', data: { count }, evidence: [at] };
    return count > 0 ? [{ ...hit, ...(drops && { confidence: 'medium' }) }] : [];
  }
  const worst = paths.filter(({ kind }) => kind === 'code' || kind === 'path' || kind === 'library');
  if (programs > 0) return hitsOf(worst, programs, {});
  if (counts.config.files > 0) {
    const config = paths.filter(({ kind, files }) => kind === 'config' && files > 0);
    return hitsOf(config, counts.config.files, { variant: 'config', severity: 'low' });
  }
  return hitsOf(worst, worst.length, { variant: 'create', severity: 'low' });
};

function hitsOf(paths: readonly WritablePath[], count: number, more: Partial<Hit>): Hit[] {
  const evidence = paths.map(({ path, layer, kind, by, files }) => ({
    at: 'file' as const,
    path,
    layer,
    note: `${kind}, ${ways[by]}${files > 1 ? `, ${files} files` : ''}`,
  }));
  if (!atLeastOne(evidence)) return [];
  return [{ data: { count, names: listed(paths.map(({ path }) => `/${path}`)) }, evidence, ...more }];
}

const ways: Record<WritablePath['by'], string> = {
  own: 'by its owner or group',
  world: 'open to everybody',
  parent: 'may be made in the folder above',
};
