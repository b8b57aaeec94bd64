/** Secrets that a Dockerfile holds: values of ENV, ARG and LABEL, commands, here-documents. Found by the engine that looks into images. */
import type { DockerfileFacts, InstructionFact, SecretArgumentFact } from '../../types/dockerfile.ts';
import type { SecretAllow, SecretFact, SecretSighting } from '../../types/secrets.ts';
import type { Fact, Position, Range } from '../../types.ts';
import { partSecrets } from '../secrets/config-secrets.ts';
import { namesSecret } from '../secrets/parsers/env.ts';
import { compileAllow, seal } from '../secrets/seal.ts';
import { addSecret, secretsFact } from '../secrets/secrets.ts';
import { instructionEvidence } from './instructions.ts';

/** A text is looked at to this length; what is longer is data, not an instruction that people wrote. */
const longest = 2 ** 18;

/** Every secret in the instructions of stages that are built, with all its places. */
export function dockerfileSecrets(dockerfile: DockerfileFacts, allow: readonly SecretAllow[]): Fact<SecretFact[]> {
  const facts = new Map<string, SecretFact>();
  if (!mayHoldSecrets(dockerfile.text)) return secretsFact(facts);
  const compiled = compileAllow(allow);
  for (const outer of dockerfile.instructions) {
    const instruction = outer.trigger ?? outer;
    if (outer.invalid || dockerfile.stages[instruction.stage]?.role === 'unused') continue;
    for (const { where, name, text, place } of textsOf(instruction)) {
      const part = { where: where === 'file' ? ('run' as const) : where, text: text.slice(0, longest) };
      for (const secret of partSecrets({ ...part, ...(name !== undefined && { name }) })) {
        const range = narrowed(dockerfile, place, secret.shown ?? secret.value);
        const evidence = instructionEvidence(dockerfile.file, instruction.stage, range);
        const note = name === undefined ? secret.note : name.slice(0, 80);
        addSecret(facts, seal(secret, compiled), {
          where,
          evidence: { ...evidence, ...(note && { note }) },
          state: 'live',
          confidence: secret.confidence,
        });
      }
    }
  }
  return secretsFact(facts);
}

/**
 * Whether it is worth the engine's start: a long word of letters and digits, a name or a program that goes with a credential, or
 * an address with a user in it. Most small files hold none of these.
 */
export function mayHoldSecrets(text: string): boolean {
  if (/pass|pwd|secret|token|api|auth|cred|key|login|private|\bsalt|dsn|BEGIN |:\/\/[^\s/@]{1,256}@/i.test(text))
    return true;
  if (
    /\b(?:curl|wget|mysql|mariadb|psql|mongo|redis-cli|sshpass|smbclient|svn|docker|podman|skopeo|oc|az|aws|net)\b/.test(
      text,
    )
  )
    return true;
  for (const [word] of text.matchAll(/[A-Za-z0-9_+=-]{16,}/g)) {
    // Checksums and digests are no secrets.
    if (/\d/.test(word) && /[A-Za-z]/.test(word) && !/^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(word)) return true;
  }
  return false;
}

/** ARG and ENV that by their name take a secret from outside: `ARG NPM_TOKEN`, `ENV DB_PASSWORD=$DB_PASSWORD`. */
export function secretArguments(instructions: readonly InstructionFact[]): SecretArgumentFact[] {
  const out: SecretArgumentFact[] = [];
  for (const { keyword, stage, pairs, invalid, evidence } of instructions) {
    if (invalid || (keyword !== 'ARG' && keyword !== 'ENV')) continue;
    for (const { name, value } of pairs) {
      if (!namesSecret(name.text)) continue;
      if (
        keyword === 'ARG' ? value !== undefined && value.value !== '' : value?.value !== '' || value.open.length === 0
      )
        continue;
      if (evidence.at === 'instruction')
        out.push({ by: keyword, name: name.text, stage, evidence: { ...evidence, range: name.range } });
    }
  }
  return out;
}

interface Text {
  where: SecretSighting['where'];
  name?: string;
  text: string;
  place: { start: number; end: number; range: Range };
}

const named: Partial<Record<string, SecretSighting['where']>> = { ENV: 'env', ARG: 'arg', LABEL: 'label' };
const commands = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'ONBUILD', 'MAINTAINER']);

function textsOf(instruction: InstructionFact): Text[] {
  const { keyword, pairs, heredocs, args, text } = instruction;
  const where = named[keyword];
  if (where) {
    return pairs.flatMap(({ name, value }) =>
      value ? [{ where, name: name.text, text: value.value, place: value }] : [],
    );
  }
  const out: Text[] = [];
  if (commands.has(keyword)) out.push({ where: 'run', text, place: instruction });
  // The password in a URL of ADD stays in the history like that of a command.
  if (keyword === 'ADD')
    for (const word of args.slice(0, -1))
      if (word.value.includes('://')) out.push({ where: 'run', text: word.value, place: word });
  // What COPY writes is a file of the image; what RUN gets is a script.
  const written = keyword === 'RUN' ? 'run' : 'file';
  for (const heredoc of heredocs) out.push({ where: written, text: heredoc.content, place: heredoc });
  return out;
}

/** The place of the value itself, where it stands in the file as it is. */
function narrowed({ text }: DockerfileFacts, place: Text['place'], value: string): Range {
  const at = text.indexOf(value, place.start);
  if (value === '' || at < 0 || at + value.length > place.end) return place.range;
  // Where it stands more than once, nobody knows which of them is the secret.
  const again = text.indexOf(value, at + 1);
  if (again >= 0 && again < place.end) return place.range;
  return { start: position(text, at, place), end: position(text, at + value.length, place) };
}

function position(text: string, offset: number, place: Text['place']): Position {
  const before = text.slice(place.start, offset);
  const newline = before.lastIndexOf('\n');
  const { line, column } = place.range.start;
  if (newline < 0) return { line, column: column + before.length };
  return { line: line + before.split('\n').length - 1, column: before.length - newline };
}
