import type { Check } from '../../types/rule.ts';
import { eachInstruction } from '../stages.ts';

export const check: Check = (facts) =>
  eachInstruction(facts, ['MAINTAINER'], ({ evidence }) => ({ data: {}, evidence: [evidence] }));
