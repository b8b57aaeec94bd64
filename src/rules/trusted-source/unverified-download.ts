import type { CommandFact, DockerfileFacts } from '../../types/dockerfile.ts';
import type { Check, Hit } from '../../types/rule.ts';
import { commandsOf, dockerfileOf } from '../dockerfile.ts';
import { type Download, downloadOf, pipedInto, readsProgram } from '../downloads.ts';
import { atLeastOne, listed } from '../hits.ts';
import { shownUrl } from '../urls.ts';

/** One hit for each instruction that downloads and in which nothing is checked. */
export const check: Check = (facts) => {
  const dockerfile = dockerfileOf(facts);
  if (!dockerfile) return [];
  const commands = commandsOf(dockerfile, { origin: ['RUN'] });
  const verifications = commands.filter(isVerification);
  const checked = new Set(verifications.map(({ instruction }) => instruction));
  const found = new Map<number, Download[]>();
  for (const command of commands) {
    const download = downloadOf(command);
    if (!download || checked.has(command.instruction) || !isUsed(dockerfile, download)) continue;
    // A later RUN of the stage may check what an earlier one fetched.
    if (download.to === 'file' && checkedLater(verifications.slice(0, mostVerifications), command, download.path ?? ''))
      continue;
    const list = found.get(command.instruction);
    if (list) list.push(download);
    else found.set(command.instruction, [download]);
  }
  const hits: Hit[] = [];
  for (const downloads of found.values()) {
    const evidence = downloads.map(({ command }) => command.evidence);
    if (!atLeastOne(evidence)) continue;
    const urls = downloads.flatMap((download) => download.urls.slice(0, 1).map(({ text }) => shownUrl(text)));
    hits.push({ data: { urls: listed(urls, 2), count: downloads.length }, evidence });
  }
  return hits;
};

/** Kept as a file, or unpacked; what is only read by a filter, and keys, which are what one verifies with, are not meant. */
function isUsed(dockerfile: DockerfileFacts, { command, urls, to, path }: Download): boolean {
  const next = pipedInto(dockerfile, command);
  if (next.some((other) => /^(?:gpg2?|apt-key)$/.test(other.name) || readsProgram(other))) return false;
  const isKey = (text: string) =>
    /\.(?:asc|gpg|sig|sign|minisig|sha\d*(?:sums?)?|md5(?:sums?)?|key|pub|pgp|repo|list)$|(?:sha\d+sums?|checksums?)(?:\.txt)?$|gpg|keyring/i.test(
      text,
    );
  if (urls.every(({ text }) => isKey(text.replace(/[?#].*$/s, ''))) || (path !== undefined && isKey(path)))
    return false;
  if (to === 'file') return true;
  return (
    next.some(({ name }) =>
      /^(?:tar|bsdtar|unzip|cpio|gunzip|zcat|xz|unxz|bunzip2|zstd|dpkg|rpm2cpio|pax)$/.test(name),
    ) ||
    next.some(
      ({ name, redirects, args }) =>
        (name === 'tee' && args.length > 0) ||
        redirects.some(
          ({ operator, target }) => /^>>?$/.test(operator) && target !== undefined && target.text !== '/dev/null',
        ),
    )
  );
}

/** Checks that are looked through for one of another RUN. */
const mostVerifications = 200;

function checkedLater(commands: readonly CommandFact[], { stage, index }: CommandFact, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === '') return false;
  return commands.some(
    (other) => other.stage === stage && other.index > index && other.args.some(({ text }) => text.endsWith(name)),
  );
}

/** Checksums against a list, signatures, and the tools that stand for both. */
function isVerification({ name, args }: CommandFact): boolean {
  const has = (pattern: RegExp) => args.some(({ text }) => pattern.test(text));
  if (/^(?:sha\d*sum|md5sum|shasum|b2sum|sha256|sha512)$/.test(name)) return true;
  if (/^gpgv?2?$/.test(name)) return name.startsWith('gpgv') || has(/^--verify$/);
  if (/^(?:cosign|slsa-verifier|minisign|signify|rekor-cli)$/.test(name)) return true;
  if (name === 'openssl') return has(/^-verify$|^dgst$|^sha\d+$/);
  if (name === 'gh') return has(/^attestation$/);
  if (/^get-filehash$/i.test(name)) return true;
  if (name === 'rpm') return has(/^-K$|^--checksig$/);
  // `[ "$(sha256sum x)" = … ]` and `test` compare by themselves; `diff` of two sums too.
  return /^(?:\[|\[\[|test|diff|cmp|grep)$/.test(name) && has(/sha\d+|md5/i);
}
