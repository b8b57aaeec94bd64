import type { Check } from '../../types/rule.ts';
import { tableOf } from '../hits.ts';
import { leftoverHits } from '../package-actions.ts';

export const check: Check = (facts, context) => {
  const targets = tableOf(context, 'targets');
  return leftoverHits(facts, { manager: [...targets.keys()] }, ([call]) => ({
    data: { target: targets.get(call!.action.manager)! },
  }));
};
