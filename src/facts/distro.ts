/** Which distribution the image is: os-release(5) first, then the release files that older ones have. */
import type { LayerCollector } from '../image/collector.ts';
import type { Distro } from '../types/facts.ts';
import type { Evidence, Fact } from '../types.ts';
import type { FactContext } from './context.ts';
import type { DistroEntry } from './data.ts';
import { configEvidence, fileEvidence } from './evidence.ts';
import { parseOsRelease } from './os-release.ts';
import { isExecutable } from './programs.ts';
import { isDistroless, traceOfSystem } from './system-trace.ts';
import { baseName, folderOf, lines, utf8 } from './text.ts';

interface ReleaseText {
  text: string;
}

/** Release files are lines, not books. */
const releaseBytes = 64 * 1024;

/** Oracle, Rocky and others also ship redhat-release, so the particular ones come first. */
const lineFiles = [
  'etc/oracle-release',
  'etc/enterprise-release',
  'etc/rocky-release',
  'etc/almalinux-release',
  'etc/centos-release',
  'etc/fedora-release',
  'etc/mariner-release',
  'etc/azurelinux-release',
  'etc/photon-release',
  'etc/openEuler-release',
  'etc/anolis-release',
  'etc/SuSE-release',
  'etc/mageia-release',
  'etc/altlinux-release',
  'etc/gentoo-release',
  'etc/slackware-version',
  'etc/system-release',
  'etc/redhat-release',
];
const otherFiles = [
  'etc/lsb-release',
  'etc/alpine-release',
  'etc/debian_version',
  'etc/arch-release',
  'etc/br-version',
];
const wanted = new Set([...lineFiles, ...otherFiles]);

/** Keeps the text of release files. os-release is often a link, so any file of that name counts. */
export const releaseCollector: LayerCollector<ReleaseText> = {
  id: 'release',
  version: 1,
  wants: (entry) => {
    if (entry.type !== 'file') return undefined;
    const { path } = entry;
    if (
      wanted.has(path) ||
      (path.endsWith('os-release') && /(^|[-/])os-release$/.test(path)) ||
      isReleaseSibling(path)
    ) {
      return { kind: 'whole', limit: releaseBytes };
    }
    return undefined;
  },
  take: (_entry, content) => ({ text: utf8(content.bytes) }),
};

/** The distribution; `scratch` where the image holds nothing of an operating system. */
export function collectDistro(context: FactContext): Fact<Distro> {
  const { image } = context;
  if (image.config.platform.os === 'windows') return windows(context);
  const found =
    fromOsRelease(context) ?? fromLsbRelease(context) ?? fromReleaseLines(context) ?? fromVersionFiles(context);
  if (found) {
    const { distro, evidence } = found;
    return { known: true, value: { ...distro, distroless: isDistroless(context, distro) }, evidence: [evidence] };
  }
  const busybox = ['bin/busybox', 'usr/bin/busybox'].map((path) => image.rootfs.resolve(path)).find(isExecutable);
  if (busybox) {
    const value = { ...blank('busybox'), name: 'BusyBox', prettyName: 'BusyBox' };
    return { known: true, value, evidence: [fileEvidence(busybox.path, busybox.entry.layer)] };
  }
  const trace = traceOfSystem(context);
  if (!trace) {
    const value = { ...blank('scratch'), name: 'scratch', prettyName: 'no operating system' };
    return { known: true, value, evidence: [configEvidence('/rootfs')] };
  }
  return { known: false, reason: `the image has ${trace} but no file that names its distribution (etc/os-release)` };
}

type Found = { distro: Distro; evidence: Evidence } | undefined;

function fromOsRelease(context: FactContext): Found {
  for (const path of ['etc/os-release', 'usr/lib/os-release']) {
    const fact = context.index.at<ReleaseText>('release', path);
    if (!fact) continue;
    const values = parseOsRelease(fact.data.text);
    const id = values.get('ID')?.toLowerCase();
    if (!id) continue;
    const name = values.get('NAME') || id;
    const versionId = values.get('VERSION_ID') ?? '';
    const codename =
      values.get('VERSION_CODENAME') || codenameIn(values.get('VERSION')) || codenameOf(context, id, versionId);
    const distro: Distro = {
      ...blank(id),
      idLike: (values.get('ID_LIKE') ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 16),
      name,
      versionId,
      prettyName: values.get('PRETTY_NAME') || `${name} ${versionId}`.trim(),
    };
    if (codename) distro.codename = codename;
    return { distro, evidence: fileEvidence(fact.path, fact.layer) };
  }
  return undefined;
}

function fromLsbRelease(context: FactContext): Found {
  const fact = context.index.at<ReleaseText>('release', 'etc/lsb-release');
  if (!fact) return undefined;
  const values = parseOsRelease(fact.data.text);
  const id = values.get('DISTRIB_ID');
  if (!id) return undefined;
  return named(
    context,
    id,
    values.get('DISTRIB_RELEASE') ?? '',
    values.get('DISTRIB_DESCRIPTION') || id,
    fact,
    values.get('DISTRIB_CODENAME'),
  );
}

/** `CentOS release 5.11 (Final)`, `Red Hat Enterprise Linux Server release 7.4 (Maipo)`, `SUSE Linux Enterprise Server 11 (x86_64)`. */
function fromReleaseLines(context: FactContext): Found {
  for (const path of lineFiles) {
    const fact = context.index.at<ReleaseText>('release', path);
    const line = fact && [...lines(fact.data.text.slice(0, 1024))].map((text) => text.trim()).find(Boolean);
    if (!fact || !line) continue;
    const version = /(?:^|\s)(\d{1,8}(?:\.\d{1,8}){0,3})(?=\s|$|\()/.exec(line)?.[1] ?? '';
    const found = named(context, line, version, line, fact, codenameIn(line));
    if (found) return found;
  }
  return undefined;
}

function fromVersionFiles(context: FactContext): Found {
  const text = (path: string) => context.index.at<ReleaseText>('release', path);
  const alpine = text('etc/alpine-release');
  if (alpine) return named(context, 'alpine', firstLine(alpine.data.text), '', alpine);
  const debian = text('etc/debian_version');
  if (debian) {
    const line = firstLine(debian.data.text);
    const version = /^\d{1,4}(\.\d{1,4})*$/.test(line) ? line : '';
    const codename = /^([a-z]{1,32})\/sid$/.exec(line)?.[1];
    return named(context, 'debian', version.split('.')[0]!, '', debian, codename);
  }
  const arch = text('etc/arch-release');
  if (arch) return named(context, 'arch', '', '', arch);
  const buildroot = text('etc/br-version');
  return buildroot && named(context, 'buildroot', firstLine(buildroot.data.text), '', buildroot);
}

function named(
  context: FactContext,
  line: string,
  versionId: string,
  pretty: string,
  at: { path: string; layer: number },
  codename?: string,
): Found {
  const lower = line.toLowerCase();
  let best: { entry: DistroEntry; length: number } | undefined;
  for (const entry of context.data.distros.distros) {
    for (const prefix of entry.releaseNames) {
      if (lower.startsWith(prefix) && prefix.length > (best?.length ?? 0)) best = { entry, length: prefix.length };
    }
  }
  if (!best) return undefined;
  const { entry } = best;
  const code = codename || codenameOf(context, entry.id, versionId);
  const distro: Distro = {
    ...blank(entry.id),
    idLike: entry.idLike ?? [],
    name: entry.name,
    versionId,
    prettyName: pretty || `${entry.name} ${versionId}`.trim(),
  };
  if (code) distro.codename = code;
  return { distro, evidence: fileEvidence(at.path, at.layer) };
}

function windows(context: FactContext): Fact<Distro> {
  const versionId = context.image.config.platform['os.version'] ?? '';
  const value = { ...blank('windows'), name: 'Windows', versionId, prettyName: `Windows ${versionId}`.trim() };
  return { known: true, value, evidence: [configEvidence('/os')] };
}

function blank(id: string): Distro {
  return { id, idLike: [], name: id, versionId: '', prettyName: id, distroless: false };
}

function firstLine(text: string): string {
  return (lines(text).next().value ?? '').trim().slice(0, 64);
}

function codenameIn(text: string | undefined): string | undefined {
  const name = text && /\(([^()]{1,64})\)/.exec(text.slice(0, 512))?.[1];
  return name && /^[A-Za-z][A-Za-z -]*$/.test(name) ? name.toLowerCase() : undefined;
}

function codenameOf(context: FactContext, id: string, versionId: string): string | undefined {
  const names = context.data.distros.distros.find((entry) => entry.id === id)?.codenames;
  return names && Object.hasOwn(names, versionId) ? names[versionId] : undefined;
}

/** Targets that os-release links to go by names such as os-release-fedora or os.release.d/…. */
function isReleaseSibling(path: string): boolean {
  const name = baseName(path);
  return name.includes('os-release') && /^(usr\/)?(lib|etc|share)\b/.test(folderOf(path)) && name.length < 64;
}
