/** Labels against a schema: a table from the label's name to the kind of its value. Without one nothing is judged. */
import type { DockerfileFacts, StageFact } from '../types/dockerfile.ts';
import type { Facts } from '../types/facts.ts';
import type { CheckContext, Hit } from '../types/rule.ts';
import type { Evidence } from '../types.ts';
import { placeIn, targetStage } from './dockerfile.ts';
import { tableOf } from './hits.ts';
import { onDockerfile } from './stages.ts';

/** A label of the image, as the target stage leaves it. */
export interface Label {
  name: string;
  value: string;
  /** Part of the value comes from the build. */
  open: boolean;
  evidence: Evidence;
}

/** Runs a check over the target's labels where the parameter `labels` names any. */
export function labelHits(
  facts: Facts,
  context: CheckContext,
  check: (labels: Label[], schema: ReadonlyMap<string, string>, whole: Evidence) => Hit[],
): Hit[] {
  const schema = tableOf(context, 'labels');
  if (schema.size === 0) return [];
  return onDockerfile(facts, (dockerfile) => {
    const stage = targetStage(dockerfile);
    return stage ? check(labelsOf(dockerfile, stage), schema, placeIn(dockerfile, stage.index, stage.base)) : [];
  });
}

function labelsOf(dockerfile: DockerfileFacts, stage: StageFact): Label[] {
  return stage.labels.map(({ name, value, open, evidence, instruction }) => {
    const outer = dockerfile.instructions[instruction];
    const pair = outer?.pairs.find((item) => item.name.value === name || item.name.text === name);
    return {
      name,
      value,
      open: open.length > 0,
      evidence: outer && pair ? placeIn(dockerfile, outer.stage, pair.name) : evidence,
    };
  });
}

/** Whether a value is of the kind; kinds that are not known take anything. */
export function isOfKind(kind: string, value: string): boolean {
  const text = value.slice(0, 2048);
  switch (kind) {
    case 'url':
      return /^[a-z][a-z0-9+.-]{0,31}:\/\/[^\s/?#]+[^\s]*$/i.test(text);
    case 'rfc3339':
      return isTime(text);
    case 'semver':
      return (
        /^\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/.test(text) &&
        !/(?:^|\.|-)0\d+(?=\.|$)/.test(text.split('+', 1)[0]!)
      );
    case 'hash':
      return /^(?:[0-9a-f]{7}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
    case 'email':
      return /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+[A-Za-z]{2,63}$/.test(text);
    case 'spdx':
      return isLicence(text);
    default:
      return true;
  }
}

/** RFC 3339, section 5.6: a day that is in the calendar, and a zone. */
function isTime(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/.exec(
    text,
  );
  if (!found) return false;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days && hour < 24 && minute < 60 && second <= 60;
}

/** An SPDX expression by its form (SPDX specification, annex "SPDX license expressions"). */
function isLicence(text: string): boolean {
  const words = text.replace(/[()]/g, ' ').trim().split(/\s+/);
  const balanced =
    [...text].reduce((depth, char) => (depth < 0 ? depth : depth + (char === '(' ? 1 : char === ')' ? -1 : 0)), 0) ===
    0;
  return (
    balanced &&
    words.length % 2 === 1 &&
    words.every((word, at) =>
      at % 2 === 1
        ? /^(?:AND|OR|WITH)$/.test(word)
        : /^(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+$|^(?=.*[A-Z0-9])[A-Za-z0-9][A-Za-z0-9.-]*\+?$/.test(
            word,
          ),
    )
  );
}
