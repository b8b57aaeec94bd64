/**
 * The bridge to dockerfile-ast. It is given one clean line at a time: continuations joined, no comments, no
 * here-documents, no byte order mark. That leaves its known faults out (docs/dependencies.md) and keeps what it
 * does well, the parts of an image name and their places.
 */
import { DefaultVariables, DockerfileParser, type From } from 'dockerfile-ast';
import type { ImageName, Instruction, Word } from './model.ts';

type AstRange = { start: { character: number }; end: { character: number } } | null;

/** Parts of the image name of a FROM without variables; undefined where it cannot be taken apart. */
export function imageName(instruction: Instruction, name: Word): ImageName | undefined {
  if (name.text.includes('$')) return undefined;
  const prefix = 'FROM ';
  const from = read(prefix + name.text.replace(/\r/g, ' '));
  if (!from) return undefined;
  const place = (range: AstRange) => {
    if (!range) return undefined;
    const start = name.start - prefix.length + range.start.character;
    const end = name.start - prefix.length + range.end.character;
    return start >= name.start && end <= name.end ? instruction.locate({ start, end }) : undefined;
  };
  try {
    const repository = from.getImageName();
    const repositoryRange = place(from.getImageNameRange());
    if (!repository || !repositoryRange) return undefined;
    const image: ImageName = { repository, repositoryRange };
    const registry = from.getRegistry();
    let tag = from.getImageTag();
    let tagRange = place(from.getImageTagRange());
    // Before a digest it leaves the tag in the name.
    const colon = repository.lastIndexOf(':');
    if (!tag && colon > repository.lastIndexOf('/') && from.getImageDigest()) {
      const end = name.text.indexOf('@');
      const cut = end - (repository.length - colon);
      tag = repository.slice(colon + 1);
      image.repository = repository.slice(0, colon);
      image.repositoryRange = instruction.locate({ start: name.start + cut - colon, end: name.start + cut });
      tagRange = instruction.locate({ start: name.start + cut + 1, end: name.start + end });
    }
    const digest = from.getImageDigest();
    const digestRange = place(from.getImageDigestRange());
    if (registry) image.registry = registry;
    if (tag) image.tag = tag;
    if (tag && tagRange) image.tagRange = tagRange;
    if (digest) image.digest = digest;
    if (digest && digestRange) image.digestRange = digestRange;
    return image;
  } catch {
    return undefined;
  }
}

/** ARGs that exist without a declaration (Dockerfile reference, "Predefined ARGs"). */
export const predefinedArgs: readonly string[] = DefaultVariables;

function read(line: string): From | undefined {
  try {
    return DockerfileParser.parse(line).getFROMs()[0];
  } catch {
    return undefined;
  }
}
