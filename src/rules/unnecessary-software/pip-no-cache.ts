import type { Check } from '../../types/rule.ts';
import { leftoverHits } from '../package-actions.ts';

export const check: Check = (facts) =>
  leftoverHits(facts, { manager: 'pip' }, ([call]) =>
    call!.action.program === 'uv pip'
      ? { data: { option: '--no-cache', target: '/root/.cache/uv' } }
      : { data: { option: '--no-cache-dir', target: '/root/.cache/pip' } },
  );
