/** From the bytes of a manifest to what the gate thinks of it: read, opened down to its images, each of them graded. */
import { digestOf } from '../../../image/documents.ts';
import { defaultLimits, type Limits } from '../../../image/limits.ts';
import { type Digest, SourceError } from '../../../types.ts';
import type { StoredDocument } from '../types.ts';
import { openReader, type Reader } from './blobs.ts';
import { kindOf } from './document.ts';
import { exceptionFor } from './exceptions.ts';
import { createGradings, messageOf, seconds } from './gradings.ts';
import type { GateLimits, GateOptions, KnownVerdict } from './options.ts';

/** A manifest that somebody pushes or pulls. */
export interface Subject {
  repository: string;
  /** What it is called, where it is not by its digest. */
  tag?: string | undefined;
  digest: Digest;
  bytes: Buffer;
  mediaType: string | undefined;
  /** Of whoever asks. */
  authorization?: string | undefined;
}

/** What is thought of it. `digest` is the part that decides: the manifest itself, or one below it. */
export type Judgement = { digest: Digest } & (
  | { kind: 'passed' | 'failed'; verdict: KnownVerdict }
  /** No image, and proven to be none. */
  | { kind: 'ungraded'; why: string }
  | { kind: 'excepted'; reason: string; instead: string; verdict?: KnownVerdict }
  | { kind: 'undecided'; why: string }
  /** Says that it is no image, and would run as one. */
  | { kind: 'mislabelled'; why: string }
  /** Ambiguous, malformed or withdrawn: nobody should store it. */
  | { kind: 'refused'; why: string }
  /** An index names what upstream does not hold. */
  | { kind: 'missing' }
  | { kind: 'busy' }
);

/** Of several, the first that an index has decides. */
const order = ['refused', 'mislabelled', 'missing', 'failed', 'busy', 'undecided', 'excepted', 'passed', 'ungraded'];
const indexDepth = 3;
const sideBySide = 4;

/** @returns judges within the time limit and never throws, and what ends all of it. */
export function createJudge(
  options: GateOptions,
  limits: GateLimits,
): { judge: (subject: Subject) => Promise<Judgement>; close: () => void } {
  const { upstream, policy, registry: reach = {}, env = {}, now = Date.now, log } = options;
  const gradings = createGradings(options, limits);
  const registry = upstream.host;
  const bounds: Limits = { ...defaultLimits, documentBytes: limits.manifestBytes };
  // The gate's own credential, where it has one, is for reading alone.
  const reaching = (authorization: string | undefined) =>
    reach.password === undefined && authorization !== undefined
      ? { ...reach, authorization: { registry, header: authorization } }
      : reach;

  const judgeOne = async (subject: Subject, walk: Walk, depth: number): Promise<Judgement> => {
    const { digest } = subject;
    const kind = kindOf(subject.bytes, subject.mediaType, bounds);
    switch (kind.kind) {
      case 'refused':
        return { digest, ...kind };
      case 'unclear':
        return { digest, kind: 'undecided', why: kind.why };
      case 'artifact':
        if (kind.manifest && (await walk.reader().runnable(kind.manifest))) {
          const why = `it says that it is ${kind.what}, and has the config and the layers of an image; push it as an image`;
          return { digest, kind: 'mislabelled', why: why.replace(/[^\x20-\x7e]/g, '?').slice(0, 400) };
        }
        return { digest, kind: 'ungraded', why: `It is no image: ${kind.what.slice(0, 100)}.` };
      case 'index':
        return judgeIndex(kind.manifests, subject, walk, depth);
      case 'image':
        return graded(subject);
    }
  };

  const graded = async (subject: Subject): Promise<Judgement> => {
    const { repository, digest, tag, authorization, bytes } = subject;
    const documents = new Map<Digest, StoredDocument>([[digest, { bytes }]]);
    const own = reach.password !== undefined || authorization === undefined ? {} : { authorization };
    const image = { registry, repository, digest, documents, ...(tag === undefined ? {} : { tag }), ...own };
    const grading = await gradings.grade(image);
    if (grading.kind !== 'graded') return { digest, ...grading };
    return { digest, kind: grading.verdict.passed ? 'passed' : 'failed', verdict: grading.verdict };
  };

  const judgeIndex = async (
    manifests: { digest: Digest }[],
    subject: Subject,
    walk: Walk,
    depth: number,
  ): Promise<Judgement> => {
    const { digest } = subject;
    const children = [...new Set(manifests.map((manifest) => manifest.digest))];
    walk.children += children.length;
    if (depth >= indexDepth)
      return { digest, kind: 'refused', why: `its indexes are nested deeper than ${indexDepth} levels` };
    if (walk.children > limits.children)
      return {
        digest,
        kind: 'refused',
        why: `it names more than ${limits.children} manifests, the limit of this gate`,
      };
    const found: Judgement[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < children.length) {
        const child = children[next++]!;
        found.push(await excepted({ ...subject, digest: child }, () => judgeChild(child, subject, walk, depth)));
      }
    };
    await Promise.all(Array.from({ length: sideBySide }, work));
    return found.toSorted(byWeight)[0] ?? { digest, kind: 'ungraded', why: 'The index names no manifest.' };
  };

  const judgeChild = async (digest: Digest, parent: Subject, walk: Walk, depth: number): Promise<Judgement> => {
    const bytes = await walk.reader().manifest(digest);
    if (!bytes) return { digest, kind: 'missing' };
    return judgeOne({ ...parent, digest, bytes, mediaType: undefined }, walk, depth + 1);
  };

  /** An exception counts where something would not pass, and for a manifest of an index too. */
  const excepted = async (subject: Subject, work: () => Promise<Judgement>): Promise<Judgement> => {
    const judgement = await work().catch((error): Judgement => {
      const told = error instanceof SourceError;
      if (!told) log.error({ digest: subject.digest, err: messageOf(error) }, 'a manifest could not be judged');
      const why = told ? error.message : 'judging it failed; the log of the gate says why';
      return { digest: subject.digest, kind: 'undecided', why };
    });
    if (!['failed', 'undecided', 'mislabelled'].includes(judgement.kind)) return judgement;
    const today = new Date(now()).toISOString().slice(0, 10);
    const exception = exceptionFor(policy.exceptions, subject, today);
    if (!exception) return judgement;
    const verdict = 'verdict' in judgement && judgement.verdict;
    const instead = 'why' in judgement ? judgement.why : verdict ? verdict.reason : judgement.kind;
    const { digest } = judgement;
    return { digest, kind: 'excepted', reason: exception.reason, instead, ...(verdict ? { verdict } : {}) };
  };

  return {
    close: gradings.close,
    async judge(subject) {
      const late = AbortSignal.timeout(limits.gradingMs);
      const walk = startWalk(() =>
        openReader({ registry, repository: subject.repository }, reaching(subject.authorization), {
          ...{ env, signal: late, documentBytes: limits.manifestBytes },
        }),
      );
      try {
        return await excepted(subject, () => withinTime(judgeOne(subject, walk, 0), late, subject, limits));
      } finally {
        walk.close();
      }
    },
  };
}

interface Walk {
  children: number;
  reader(): Reader;
  close(): void;
}

function startWalk(open: () => Reader): Walk {
  let reader: Reader | undefined;
  return { children: 0, reader: () => (reader ??= open()), close: () => reader?.close() };
}

/** What is graded goes on: whoever tries again finds the verdict. */
function withinTime(
  work: Promise<Judgement>,
  late: AbortSignal,
  { digest }: Subject,
  { gradingMs }: GateLimits,
): Promise<Judgement> {
  const why = `it was not graded within ${seconds(gradingMs)}`;
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve({ digest, kind: 'undecided', why });
    late.addEventListener('abort', leave, { once: true });
    work.then(resolve, (error) => (late.aborted ? leave() : reject(error)));
  });
}

function byWeight(a: Judgement, b: Judgement): number {
  const kinds = order.indexOf(a.kind) - order.indexOf(b.kind);
  return kinds || (scoreOf(a) ?? 0) - (scoreOf(b) ?? 0);
}

function scoreOf(judgement: Judgement): number | undefined {
  return 'verdict' in judgement ? judgement.verdict?.score : undefined;
}

/** The subject of a manifest's own bytes. */
export function subjectOf(parts: Omit<Subject, 'digest' | 'tag'> & { reference: string }): Subject {
  const { reference, ...rest } = parts;
  return { ...rest, digest: digestOf(rest.bytes), ...(reference.includes(':') ? {} : { tag: reference }) };
}
