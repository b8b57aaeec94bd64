import type { Check } from '../../types/rule.ts';
import { dockerfileOf } from '../dockerfile.ts';
import { installHits, softwareLeft, softwareOf, workload } from '../software.ts';

/** The daemon that the image is there for is no fault: nobody builds a postfix image to do without postfix. */
export const check: Check = (facts, context) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const kind = softwareOf(context, 'daemon');
  const main = workload(dockerfile)?.name ?? '';
  const own = (name: string) =>
    main !== '' && (main === name || (kind.programs?.includes(main) && similar(main, name)));
  return installHits(
    dockerfile,
    softwareLeft(dockerfile, kind).filter(({ name }) => !own(name)),
  );
};

/** `crond` of cronie, `smbd` of samba: the first three letters agree, or one name is a part of the other. */
function similar(program: string, name: string): boolean {
  return name.includes(program.replace(/d$/, '')) || program.includes(name) || program.slice(0, 3) === name.slice(0, 3);
}
