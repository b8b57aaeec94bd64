/** Mends what a lint found. Every change is tried: the result is read and judged again, and a change that makes anything worse is dropped. */
import { SourceText } from '../dockerfile/source.ts';
import type { Finding, Fix, FixEdit, RuleId } from '../types.ts';
import type { Change } from './change.ts';
import { applyEdits } from './edits.ts';
import { type Attempt, compatible, mendedBy, type Proposal, propose } from './propose.ts';
import { type Judged, objection, type Promised } from './verify.ts';

/** Reads and judges a text, as the lint does. */
export type Judge = (text: string) => Promise<Judged>;

export interface FixOptions {
  /** Also changes that may alter more than the fault. */
  unsafe: boolean;
  /** Digests of base images that are known, by name. */
  pins?: ReadonlyMap<string, string>;
}

/** A change that was made, or why one was not. */
export interface FixNote {
  rules: RuleId[];
  description: string;
  unsafe: boolean;
  /** Line of the text that it was worked out on, one-based. */
  line: number;
}

export interface FixResult {
  text: string;
  applied: FixNote[];
  /** Worked out and not made, in the last round; the text as it is now. */
  dropped: (FixNote & { why: string })[];
  /** Unsafe ones that nobody asked for. */
  withheld: FixNote[];
  /** The judgement of `text`. */
  judged: Judged;
  rounds: number;
}

/** Most judgements of one file, and most characters judged: far more than a real file needs, whose changes mostly hold at once. */
const maxJudgements = 200;
const maxCharacters = 2 ** 20;

/** Changes at the same place wait for the next round; real files need two or three. */
const maxRounds = 12;

/** The text with all that can be mended mended. A second run on the result changes nothing. */
export async function fixText(
  text: string,
  judge: Judge,
  { unsafe, pins = new Map() }: FixOptions,
): Promise<FixResult> {
  const trial = trialOf(text, judge);
  let state: State = { text, judged: await judge(text) };
  const applied: FixNote[] = [];
  for (let rounds = 1; ; rounds++) {
    const { dockerfile, bases, findings } = state.judged;
    const proposals = propose(findings, { dockerfile, bases, pins });
    const allowed = proposals
      .map((proposal) => ({ ...proposal, ways: proposal.ways.filter((way) => unsafe || !way.unsafe) }))
      .filter(({ ways }) => ways.length > 0);
    const round = rounds > maxRounds ? undefined : await tryAll(state, allowed, trial);
    if (!round || round.made.length === 0) {
      const source = new SourceText(state.text);
      const withheld = proposals
        .filter(({ ways }) => !ways.some((way) => unsafe || !way.unsafe))
        .map(({ findings: own, ways }) => noteOf(source, own, ways[0]!));
      return { text: state.text, applied, dropped: round?.dropped ?? [], withheld, judged: state.judged, rounds };
    }
    const source = new SourceText(state.text);
    for (const { proposal, change } of round.made) applied.push(noteOf(source, proposal.findings, change));
    state = round.state;
  }
}

/** The change that mends each finding, tried on the text as it is, for reports. */
export async function fixesOf(
  text: string,
  judged: Judged,
  judge: Judge,
  pins: ReadonlyMap<string, string> = new Map(),
): Promise<Map<Finding, Fix>> {
  const out = new Map<Finding, Fix>();
  const { dockerfile, bases, findings } = judged;
  const trial = trialOf(text, judge);
  const source = new SourceText(text);
  let waiting = propose(findings, { dockerfile, bases, pins });
  while (waiting.length > 0 && trial.left > 0) {
    const { made, tried } = await tryAll({ text, judged }, waiting, trial);
    for (const { proposal, change } of made)
      for (const finding of proposal.findings) out.set(finding, published(dockerfile.file, source, change));
    waiting = waiting.filter((proposal) => !tried.has(proposal));
  }
  return out;
}

/** The judge, and how often it may still be asked. */
interface Trial {
  judge: Judge;
  left: number;
}

function trialOf(text: string, judge: Judge): Trial {
  return { judge, left: Math.max(8, Math.min(maxJudgements, Math.floor(maxCharacters / Math.max(1, text.length)))) };
}

interface State {
  text: string;
  judged: Judged;
}

interface Round {
  state: State;
  made: Attempt[];
  dropped: FixResult['dropped'];
  /** Had its turn. The others collide with one that was made. */
  tried: Set<Proposal>;
}

/** Tries as many proposals at once as fit together, then what is left of them by the next best way. */
async function tryAll(from: State, proposals: readonly Proposal[], trial: Trial): Promise<Round> {
  const round: Round = { state: from, made: [], dropped: [], tried: new Set() };
  const most = Math.max(0, ...proposals.map(({ ways }) => ways.length));
  for (let rank = 0; rank < most; rank++) {
    const made = new Set(round.made);
    const settled = new Set(round.made.map(({ proposal }) => proposal));
    const attempts = proposals
      .filter((proposal) => !settled.has(proposal))
      .flatMap((proposal) => {
        const change = proposal.ways[rank];
        return change && (rank === 0 || round.tried.has(proposal)) ? [{ proposal, change }] : [];
      });
    const fitting = compatible([...round.made, ...attempts]).filter((attempt) => !made.has(attempt));
    for (const { proposal } of fitting) round.tried.add(proposal);
    await halve(from, fitting, trial, round, rank);
  }
  return round;
}

/** Makes all of the attempts, or each half by itself where they do not hold together. */
async function halve(
  from: State,
  attempts: readonly Attempt[],
  trial: Trial,
  round: Round,
  rank: number,
): Promise<void> {
  if (attempts.length === 0) return;
  if (trial.left === 0) {
    const source = new SourceText(from.text);
    for (const { proposal, change } of attempts)
      round.dropped.push({ ...noteOf(source, proposal.findings, change), why: 'too much else in the file was tried' });
    return;
  }
  trial.left--;
  const all = [...round.made, ...attempts];
  const text = applyEdits(
    from.text,
    all.flatMap(({ change }) => change.edits),
  );
  const judged = await trial.judge(text);
  const why = objection(from.judged, judged, promiseOf(all));
  if (why === undefined) {
    round.made = all;
    round.state = { text, judged };
    return;
  }
  if (attempts.length > 1) {
    const middle = attempts.length >> 1;
    await halve(from, attempts.slice(0, middle), trial, round, rank);
    await halve(from, attempts.slice(middle), trial, round, rank);
    return;
  }
  const { proposal, change } = attempts[0]!;
  if (rank === proposal.ways.length - 1)
    round.dropped.push({ ...noteOf(new SourceText(from.text), proposal.findings, change), why });
}

function promiseOf(attempts: readonly Attempt[]): Promised {
  return {
    mended: mendedBy(attempts),
    alters: new Set(attempts.flatMap(({ change }) => change.alters ?? [])),
    extended: new Set(attempts.flatMap((attempt) => attempt.change.extends ?? [])),
  };
}

function noteOf(source: SourceText, findings: readonly Finding[], { description, unsafe, edits }: Change): FixNote {
  const start = Math.min(...edits.map((edit) => edit.start));
  return {
    rules: [...new Set(findings.map(({ rule }) => rule))],
    description,
    unsafe,
    line: source.position(start).line,
  };
}

/** As a report carries it. */
function published(file: string, source: SourceText, { description, unsafe, edits }: Change): Fix {
  const [first, ...rest] = [...edits]
    .sort((a, b) => a.start - b.start)
    .map((edit): FixEdit => ({ file, range: source.range(edit.start, edit.end), text: edit.text }));
  return { description, ...(unsafe && { unsafe }), edits: [first!, ...rest] };
}
