/** Which of the manifests that are alternatives of one image is read. */
import { type Attestation, type Digest, type Platform, SourceError, type StatusEntry } from '../types.ts';
import type { Loader } from './document-loader.ts';
import { type Resolved, resolveCandidate, type SelectedImage } from './image-resolve.ts';
import type { Candidate, Group } from './index-walk.ts';
import { formatPlatform, hostPlatform, platformRank } from './platform.ts';

/**
 * The image of the wanted platform, or every one with `allPlatforms`; none where the group holds artifacts alone.
 * An error is returned where the group has images and none for the platform: another group may serve.
 * @throws SourceError where the image is named and parts of it are absent.
 */
export async function chooseImages(
  group: Group,
  loader: Loader,
  status: StatusEntry[],
  attestationsFor: Map<Digest, Attestation[]>,
): Promise<SelectedImage[] | SourceError> {
  const { context } = loader;
  const label = group.names[0] ?? loader.name;
  const reader = new GroupReader(group, loader, status, attestationsFor);
  if (context.allPlatforms) {
    const images = await reader.take(group.candidates, true);
    if (images.length === 0) reader.failIfAbsent();
    return images;
  }
  const wanted = context.platform ?? hostPlatform();
  const ranked: { candidate: Candidate; rank: number }[] = [];
  for (const candidate of group.candidates) {
    const platform = await reader.platformOf(candidate);
    const rank = platform && platformRank(wanted, platform);
    if (rank !== undefined) ranked.push({ candidate, rank });
  }
  ranked.sort((a, b) => a.rank - b.rank);
  const best = await reader.take(
    ranked.map((entry) => entry.candidate),
    false,
  );
  if (best.length > 0) return best;

  // No image for the platform. A group with a single image is clear enough, unless a platform was asked for.
  const others = group.candidates.filter((candidate) => !ranked.some((entry) => entry.candidate === candidate));
  if (context.has || others.length === 1) {
    const rest = await reader.take(others, true);
    if (rest.length === 0) {
      reader.failIfAbsent();
      return [];
    }
    const only = rest[0]!;
    const unstated = only.platform === undefined || only.platform.os === 'unknown';
    if (rest.length === 1 && (!context.platform || unstated)) {
      const message = unstated
        ? `${label} does not state the platform of its image`
        : `${label} has an image for ${formatPlatform(only.platform)} alone; it is read in place of ${formatPlatform(wanted)}`;
      status.push({ part: 'index', level: 'info', message });
      return rest;
    }
  }
  const offered = new Set<string>();
  for (const candidate of others) offered.add(formatPlatform(await reader.platformOf(candidate)));
  const list = [...offered].slice(0, 20).join(', ');
  const lack =
    ranked.length > 0
      ? `names an image for ${formatPlatform(wanted)} but does not hold it`
      : `has no image for ${formatPlatform(wanted)}`;
  return new SourceError(`${label} ${lack}; choose one of these with --platform: ${list}`);
}

/** Reads each candidate at most once, and remembers what was absent. */
class GroupReader {
  private readonly resolved = new Map<Candidate, Resolved>();
  private firstAbsent: SourceError | undefined;

  constructor(
    private readonly group: Group,
    private readonly loader: Loader,
    private readonly status: StatusEntry[],
    private readonly attestationsFor: Map<Digest, Attestation[]>,
  ) {}

  /** As the index says, else as the config does. */
  async platformOf(candidate: Candidate): Promise<Platform | undefined> {
    if (candidate.descriptor.platform) return candidate.descriptor.platform;
    const found = await this.resolve(candidate);
    return found.kind === 'image' ? found.image.platform : undefined;
  }

  /** The first complete image, or every one. */
  async take(candidates: Candidate[], all: boolean): Promise<SelectedImage[]> {
    const images: SelectedImage[] = [];
    for (const candidate of candidates) {
      const found = await this.resolve(candidate);
      if (found.kind !== 'image') continue;
      images.push(found.image);
      if (!all) break;
    }
    return images;
  }

  failIfAbsent(): void {
    if (this.firstAbsent) throw this.firstAbsent;
  }

  private async resolve(candidate: Candidate): Promise<Resolved> {
    const known = this.resolved.get(candidate);
    if (known) return known;
    const found = await resolveCandidate(candidate, this.group.names, this.loader);
    this.resolved.set(candidate, found);
    if (found.kind === 'artifact') {
      this.status.push({ part: 'index', level: 'info', message: found.message });
      if (found.subject && found.attestation) {
        this.attestationsFor.set(found.subject, [
          ...(this.attestationsFor.get(found.subject) ?? []),
          found.attestation,
        ]);
      }
    }
    if (found.kind === 'absent') {
      this.firstAbsent ??= found.error;
      if (this.group.candidates.length > 1) {
        const message = `Skipped ${formatPlatform(candidate.descriptor.platform)}: ${found.error.message}`;
        this.status.push({ part: 'index', level: 'warning', message });
      }
    }
    return found;
  }
}
