import type { DigestCheck } from '../../types/bytes.ts';
import type { Check } from '../../types/rule.ts';
import type { Evidence } from '../../types.ts';
import { atLeastOne, inConfig, inManifest, listed, unknownHit } from '../hits.ts';

export const check: Check = ({ digestChecks }) => {
  if (!digestChecks.known) return unknownHit(digestChecks.reason, inManifest('/layers'));
  const evidence = digestChecks.value.map(placeOf);
  if (!atLeastOne(evidence)) return [];
  const layers = new Set(digestChecks.value.map(({ layer }) => layer).filter((layer) => layer >= 0));
  return [
    {
      variant: layers.size > 0 ? 'default' : 'documents',
      data: {
        layers: layers.size,
        numbers: listed([...layers].sort((a, b) => a - b).map(String), 12),
        count: digestChecks.value.length,
      },
      evidence,
    },
  ];
};

function placeOf({ layer, document, kind, expected, actual }: DigestCheck): Evidence {
  const note = `${kind}: named ${expected}, is ${actual}`;
  if (document === 'config') return inManifest('/config/digest', note);
  if (document !== undefined || layer < 0) return { at: 'config', pointer: '/manifests', document: 'index', note };
  return kind === 'diffID' ? inConfig(`/rootfs/diff_ids/${layer}`, note) : inManifest(`/layers/${layer}/${kind}`, note);
}
