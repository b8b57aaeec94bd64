/** From what is thought of a manifest to what is answered, in words that `docker push` prints. */
import type { Digest } from '../../../types.ts';
import type { Decision } from '../types.ts';
import type { Judgement, Subject } from './judge.ts';
import type { GateOptions, KnownVerdict } from './options.ts';

/** An error of the distribution API (distribution-spec, "Error Codes"). */
export interface Fault {
  status: number;
  code: string;
  message: string;
  detail?: object;
}

/** What is done, and what is kept of it. */
export interface Ruling {
  /** Absent where it may pass. */
  fault?: Fault;
  /** To be kept; a push that is only put off is not. */
  decision?: Decision;
}

/** Some clients read no more of an error than 8 KiB. */
const longestMessage = 1200;
const shown = 3;

/** @param action is named in the message and kept. */
export function rulingOn(
  judgement: Judgement,
  subject: Subject,
  action: Decision['action'],
  options: Pick<GateOptions, 'upstream' | 'policy' | 'reportUrl' | 'now'>,
): Ruling {
  const { policy, upstream, now = Date.now } = options;
  const { repository, tag, digest } = subject;
  const image = { registry: upstream.host, repository, digest };
  const keep = (outcome: Decision['outcome'], reason: string, verdict?: KnownVerdict): Decision => ({
    ...image,
    at: new Date(now()),
    action,
    ...(tag === undefined ? {} : { tag }),
    outcome,
    reason: oneLine(reason, 1000),
    ...(verdict ? { score: verdict.score, grade: verdict.grade } : {}),
  });
  const deny = (text: string, more?: object): Fault => {
    const name = `${repository}${tag === undefined ? `@${digest.slice(0, 19)}` : `:${tag}`}`;
    const what = action === 'push' ? 'refuses' : 'refuses to hand out';
    return {
      ...{ status: 403, code: 'DENIED', message: oneLine(`tare ${what} ${name}: ${text}`, longestMessage) },
      detail: { digest: judgement.digest, ...more },
    };
  };
  switch (judgement.kind) {
    case 'passed':
      return { decision: keep('allowed', judgement.verdict.reason, judgement.verdict) };
    case 'ungraded':
      return { decision: keep('allowed', judgement.why) };
    case 'excepted':
      return { decision: keep('excepted', `${judgement.reason} (${judgement.instead})`, judgement.verdict) };
    case 'failed': {
      const { verdict } = judgement;
      const url = verdict.reportUrl ?? options.reportUrl?.({ ...image, digest: judgement.digest });
      const part = partOf(judgement.digest, digest);
      const { score, grade } = verdict;
      return {
        fault: deny(failure(verdict, part, url), { score, grade, ...(url === undefined ? {} : { report: url }) }),
        decision: keep('denied', part + verdict.reason, verdict),
      };
    }
    case 'mislabelled':
      return { fault: deny(`${judgement.why}.`), decision: keep('denied', judgement.why) };
    case 'undecided': {
      if (policy.undecided === 'open') return { decision: keep('open', judgement.why) };
      return {
        fault: deny(`it cannot be judged, and what cannot be judged is refused here: ${judgement.why}.`),
        decision: keep('closed', judgement.why),
      };
    }
    case 'refused': {
      const message = oneLine(`tare: ${judgement.why}`, longestMessage);
      return { fault: { status: 400, code: 'MANIFEST_INVALID', message }, decision: keep('denied', judgement.why) };
    }
    case 'missing': {
      // Where what cannot be told passes, the registry may answer for itself.
      if (policy.undecided === 'open' || action === 'pull') return {};
      const message = `tare: the index names ${judgement.digest}, which is not in ${repository}; push it before the index`;
      return { fault: { status: 404, code: 'MANIFEST_BLOB_UNKNOWN', message } };
    }
    case 'busy':
      return {
        fault: {
          status: 429,
          code: 'TOOMANYREQUESTS',
          message: 'tare: too many images wait to be graded; try again later',
        },
      };
  }
}

function failure(verdict: KnownVerdict, part: string, url: string | undefined): string {
  const { score, grade, reason, worst, counts } = verdict;
  const lines = worst.slice(0, shown).map(({ rule, severity, message }) => {
    const text = oneLine(message, 160).replace(/[.\s]+$/, '');
    return `[${severity}] ${rule}: ${text}`;
  });
  const others = Object.values(counts).reduce((sum, count) => sum + count, 0) - lines.length;
  const more = others > 0 ? `; and ${others} more` : '';
  const found = lines.length > 0 ? ` Worst: ${lines.join('; ')}${more}.` : '';
  const rest = url === undefined ? '' : ` The whole report: ${url}`;
  return `${part}grade ${grade}, ${score.toFixed(1)} of 100. ${oneLine(reason, 300)}${found}${rest}`;
}

function partOf(deciding: Digest, asked: Digest): string {
  return deciding === asked ? '' : `its manifest ${deciding.slice(0, 19)}: `;
}

/** Parts of it come from the image, and it is printed on terminals. */
function oneLine(text: string, longest: number): string {
  const plain = text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
  return plain.length > longest ? `${plain.slice(0, longest - 1).replace(/\p{Cs}$/u, '')}…` : plain;
}
