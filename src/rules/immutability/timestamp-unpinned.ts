import type { Check } from '../../types/rule.ts';
import { inConfig } from '../hits.ts';

/** Files whose time lies this much behind the image's own are dated by the clock, seconds. */
const slack = 2;

/** Only what can be told: an image that says nothing of its time, or a fixed one that its files keep to, passes. */
export const check: Check = ({ image: { created }, newestFile }) => {
  const time = created === undefined ? Number.NaN : Date.parse(created);
  if (Number.isNaN(time)) return [];
  const data = { created: created!.slice(0, 40) };
  // A fixed time is whole seconds; only a clock knows their fractions.
  if (/\.\d*[1-9]/.test(created!)) return [{ data, evidence: [inConfig('/created')] }];
  const newest = newestFile.known ? newestFile.value : undefined;
  if (!newest || newest.mtime <= time / 1000 + slack || newest.mtime > latest) return [];
  const { path, layer, mtime } = newest;
  return [
    {
      variant: 'files',
      data: { ...data, path: `/${path}`, date: new Date(mtime * 1000).toISOString().replace('.000Z', 'Z') },
      evidence: [{ at: 'file', path, layer }, inConfig('/created')],
    },
  ];
};

/** Later times are no clock's (year 2100). */
const latest = 4_102_444_800;
