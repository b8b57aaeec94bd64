/** Which rule a secret falls under, and what its finding says. */
import type { Facts } from '../types/facts.ts';
import type { CheckContext, Hit } from '../types/rule.ts';
import type { SecretAllow, SecretFact, SecretSighting } from '../types/secrets.ts';
import type { Confidence, Evidence, RuleId, Severity } from '../types.ts';
import { dockerfileOf, isBuilt, ships } from './dockerfile.ts';
import { pathFits } from './glob.ts';
import { inConfig, listed, textOf, unknownHit } from './hits.ts';

/** One hit for each secret that is this rule's, with all its places. `severity` weighs it by what it opens; `worst` where that can pass the rule's own. */
export function secretHits(
  { secrets, asOf }: Facts,
  context: CheckContext,
  rule: RuleId,
  severity: (secret: SecretFact) => Severity | undefined = (secret) => secret.severity,
  worst?: Severity,
): Hit[] {
  if (!secrets.known) return unknownHit(secrets.reason, inConfig('/rootfs'), worst ? { severity: worst } : {});
  return secrets.value
    .filter((secret) => ruleOf(secret) === rule)
    .map((secret) =>
      hitOf(secret, context, severity(secret), suppressionOf(secret, context.allowedSecrets ?? [], asOf)),
    );
}

/** By the surest places: a file says what it opens; else where in the config it stands. */
export function ruleOf({ kind, detector, confidence, sightings }: SecretFact): RuleId {
  const sure = sightings.filter((sighting) => sighting.confidence === confidence).map(({ where }) => where);
  if (sure.includes('file') || detector === 'docker-login') return kind;
  if (sure.includes('env')) return 'secret-in-env';
  if (sure.includes('arg')) return 'secret-in-arg';
  return sure.includes('label') ? 'secret-in-label' : 'secret-in-run';
}

/** Its format tells who issued it; more than a name that says password. */
export function ofProvider({ kind, detector }: SecretFact): boolean {
  return kind !== 'password-in-file' && !detector.startsWith('generic-');
}

function hitOf(
  secret: SecretFact,
  context: CheckContext,
  severity: Severity | undefined,
  suppression: Hit['suppression'],
): Hit {
  const { sightings, title, masked, fingerprint, detector, confidence } = secret;
  const rotate = secret.rotate ?? textOf(context, 'revoke');
  const sure = sightings.filter((sighting) => sighting.confidence === confidence);
  const shown = sure[0] ?? sightings[0];
  const [first, ...rest] = sightings.map((sighting) => evidenceOf(sighting, confidence)) as [Evidence, ...Evidence[]];
  return {
    variant: variantOf(sure),
    ...(severity !== undefined && { severity }),
    confidence,
    data: {
      title: capital(title),
      masked,
      where: listed(sure.map(placeOf), 3),
      count: sightings.length,
      fingerprint,
      detector,
      state: shown.state,
      rotate,
      ...(shown.layer !== undefined && { layer: shown.layer }),
      ...(shown.by !== undefined && { by: shown.by }),
      ...(shown.createdBy !== undefined && { instruction: shown.createdBy }),
    },
    evidence: [first, ...rest],
    ...(suppression && { suppression }),
  };
}

/** `deleted` and `overwritten` only where no sure place still shows it. */
function variantOf(sure: readonly SecretSighting[]): string {
  const states = new Set(sure.map(({ state }) => state));
  if (!states.has('live')) return states.has('deleted') ? 'deleted' : 'overwritten';
  return sure.every(({ inherited }) => inherited) ? 'inherited' : 'default';
}

/** The place, and what became of it. */
function evidenceOf({ evidence, state, by, inherited, confidence }: SecretSighting, best: Confidence): Evidence {
  const notes = [
    evidence.note ?? '',
    state === 'live' ? '' : by === undefined ? state : `${state} in layer ${by}`,
    inherited ? 'from the base' : '',
    confidence === best ? '' : `${confidence} confidence`,
  ].filter(Boolean);
  return notes.length > 0 ? { ...evidence, note: notes.join('; ') } : evidence;
}

function placeOf({ where, evidence, layer }: SecretSighting): string {
  if (evidence.at === 'file') return `/${evidence.path}${evidence.line === undefined ? '' : `:${evidence.line}`}`;
  if (evidence.at === 'instruction') return `${evidence.file}:${evidence.range.start.line}`;
  const { pointer, note } = evidence;
  if (pointer.startsWith('/history/'))
    return `history${layer === undefined ? '' : ` of layer ${layer}`}${note ? ` (${note})` : ''}`;
  return note ? `${where} ${note}` : pointer;
}

/** What the first allow rule says that fits the secret at every sure place. */
export function suppressionOf(secret: SecretFact, rules: readonly SecretAllow[], asOf: string): Hit['suppression'] {
  for (const [i, rule] of rules.entries()) {
    if (rule.expires !== undefined && rule.expires < asOf) continue;
    if (rule.fingerprint !== undefined && rule.fingerprint !== secret.fingerprint) continue;
    if (rule.detector !== undefined && rule.detector !== secret.detector) continue;
    if ((rule.pattern !== undefined || rule.stopWord !== undefined) && !secret.allowedBy?.includes(i)) continue;
    const { path } = rule;
    const everywhere = secret.sightings.every(
      ({ evidence, confidence }) =>
        confidence === 'low' || path === undefined || (evidence.at === 'file' && pathFits(path, evidence.path)),
    );
    if (everywhere) return { reason: rule.reason, ...(rule.expires !== undefined && { expires: rule.expires }) };
  }
  return undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A hit for each ARG or ENV of a Dockerfile that by its name takes a secret. What a stage that does not ship is given is in no image. */
export function secretArgumentHits(facts: Facts, by: 'ARG' | 'ENV'): Hit[] {
  const dockerfile = dockerfileOf(facts);
  return (dockerfile?.secretArguments ?? [])
    .filter((one) => one.by === by && (one.stage < 0 ? dockerfile!.stages.length < 2 : isBuilt(dockerfile!, one.stage)))
    .map(({ name, stage, evidence }) => ({
      variant: 'named',
      data: { name },
      evidence: [evidence],
      confidence: 'medium',
      ...(stage >= 0 && !ships(dockerfile!, stage) && { severity: 'low' as const }),
    }));
}
