/** Platforms: how they are written, and which image serves which (OCI image-spec, image-index.md, "platform"). */
import { type Platform, UsageError } from '../types.ts';

const architectures: Record<string, string> = {
  x64: 'amd64',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  ia32: '386',
  i386: '386',
  i486: '386',
  i586: '386',
  i686: '386',
  x86: '386',
  aarch64: 'arm64',
  armhf: 'arm',
  armel: 'arm',
  ppc64: 'ppc64le',
  mips64el: 'mips64le',
  mipsel: 'mipsle',
};

/** What an image without a stated variant is taken for. */
const defaultVariants: Record<string, string> = { arm: 'v7', arm64: 'v8', amd64: 'v1' };

/** Where containers of this machine run: Linux also on a Mac or Windows desktop, since Docker brings a Linux machine. */
export function hostPlatform(): Platform {
  const architecture = Object.hasOwn(architectures, process.arch) ? architectures[process.arch]! : process.arch;
  return { os: 'linux', architecture };
}

/** Reads `os/arch[/variant]` or `os(version)/arch`, with the usual other names of architectures. @throws UsageError */
export function parsePlatform(text: string): Platform {
  const match = /^([a-z0-9]{1,20})(?:\(([0-9.]{1,40})\))?\/([a-z0-9_-]{1,20})(?:\/([a-z0-9.]{1,20}))?$/.exec(
    text.toLowerCase(),
  );
  if (!match)
    throw new UsageError(
      `"${text.slice(0, 60)}" is not a platform: write os/architecture[/variant], for example linux/arm64`,
    );
  const architecture = Object.hasOwn(architectures, match[3]!) ? architectures[match[3]!]! : match[3]!;
  const platform: Platform = { os: match[1]!, architecture };
  const variant = match[4] ?? (match[3] === 'armel' ? 'v6' : undefined);
  if (variant) platform.variant = /^\d/.test(variant) ? `v${variant}` : variant;
  if (match[2]) platform['os.version'] = match[2];
  return platform;
}

/** `linux/arm/v7`, `windows(10.0.17763.1)/amd64`. */
export function formatPlatform(platform: Platform | undefined): string {
  if (!platform) return 'unknown';
  const version = platform['os.version'] ? `(${platform['os.version']})` : '';
  return `${platform.os || 'unknown'}${version}/${platform.architecture || 'unknown'}${platform.variant ? `/${platform.variant}` : ''}`;
}

/**
 * How well an image serves: 0 is exact, higher is worse, undefined means that it does not run there.
 * An arm or amd64 machine also runs lower variants; Windows wants the same build number where one is asked for.
 */
export function platformRank(wanted: Platform, offered: Platform): number | undefined {
  if (wanted.os !== offered.os) return undefined;
  if (normal(wanted.architecture) !== normal(offered.architecture)) return undefined;
  const version = wanted['os.version'];
  if (version && offered['os.version'] !== version && !offered['os.version']?.startsWith(`${version}.`))
    return undefined;
  return variantRank(normal(wanted.architecture), wanted.variant, offered.variant);
}

function variantRank(
  architecture: string,
  wanted: string | undefined,
  offered: string | undefined,
): number | undefined {
  const normally = Object.hasOwn(defaultVariants, architecture) ? defaultVariants[architecture]! : '';
  const want = wanted || normally;
  const have = offered || normally;
  if (want === have) return 0;
  if (architecture !== 'arm' && architecture !== 'amd64' && architecture !== 'arm64') return undefined;
  const [high, low] = [versionOf(want), versionOf(have)];
  if (high === undefined || low === undefined || low > high) return undefined;
  return high - low;
}

function versionOf(variant: string): number | undefined {
  const match = /^v(\d{1,2})(?:\.(\d{1,2}))?$/.exec(variant);
  return match ? Number(match[1]) + Number(match[2] ?? 0) / 100 : undefined;
}

function normal(architecture: string): string {
  return Object.hasOwn(architectures, architecture) ? architectures[architecture]! : architecture;
}
