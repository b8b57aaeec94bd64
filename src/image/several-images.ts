/** Where one image is wanted and a medium holds several. */
import { SourceError } from '../types.ts';

const namesTold = 5;

/** The error that says so, with what would choose one. `why` is what wants one: `a comparison is of one with one`. */
export function severalImages(target: string, names: readonly string[], why: string): SourceError {
  const told = `${names.slice(0, namesTold).join(', ')}${names.length > namesTold ? ', …' : ''}`;
  return new SourceError(
    `${target} holds ${names.length} images (${told}) and ${why}: name it behind the path (image.tar:NAME), or choose with --platform`,
  );
}
