/** Places as other programs name them: a path that looks like one of a repository, and a line. */
import type { ImageReport, ReportFinding } from '../types/report.ts';
import type { Evidence } from '../types.ts';
import { neutralise } from './text.ts';

export interface Place {
  /** With forward slashes and without control characters. A Dockerfile's as given; in an image, below the image's name. */
  path: string;
  /** At least 1: programs that read these formats want a line. */
  line: number;
  column?: number;
  endLine?: number;
  /** The column after the last one. */
  endColumn?: number;
  /** The place is in a file that the repository can hold: a Dockerfile. */
  inRepository: boolean;
}

/**
 * Where to point for a piece of evidence. A file of the image is `shop/api/etc/passwd` for the image shop/api:1.4:
 * the tag is left out, so that the place stays the same from build to build; what is no file is the image itself.
 */
export function placeOf(report: ImageReport, evidence: Evidence): Place {
  if (evidence.at === 'instruction') {
    const { start, end } = evidence.range;
    const path = repositoryPath(evidence.file);
    const after = end.line > start.line || (end.line === start.line && end.column > start.column);
    const range = after ? { endLine: end.line, endColumn: end.column } : {};
    return { path, line: start.line, column: start.column, ...range, inRepository: true };
  }
  const image = imagePath(report.target.name);
  if (evidence.at === 'config') return { path: image, line: 1, inRepository: false };
  const { line, column } = evidence;
  return {
    path: [image, ...segments(evidence.path)].join('/'),
    line: line ?? 1,
    ...(line !== undefined && column !== undefined ? { column } : {}),
    inRepository: false,
  };
}

/** A file of the user's as a path with forward slashes, without `./` in front. */
export function repositoryPath(file: string): string {
  return tidy(file.replaceAll('\\', '/')).replace(/^(?:\.\/+)+/, '') || 'Dockerfile';
}

/** The evidence to point at where one place is all there is: an instruction first, since that is where it is mended. */
export function mainEvidence({ evidence }: Pick<ReportFinding, 'evidence'>): Evidence {
  return evidence.find((one) => one.at === 'instruction') ?? evidence[0];
}

/** The image's name without tag and digest, as a relative path: `registry.example.com:5000/shop/api`. */
export function imagePath(name: string): string {
  const [plain = ''] = name.split('@', 1);
  const slash = plain.lastIndexOf('/');
  const colon = plain.lastIndexOf(':');
  return segments(colon > slash ? plain.slice(0, colon) : plain).join('/') || 'image';
}

/** A relative reference (RFC 3986, section 4.2) for a path, an absolute one as a file URI. */
export function pathUri(path: string): string {
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return uri.startsWith('/') ? `file://${uri.replace(/^\/+/, '/')}` : uri;
}

/** Parts that mean nothing or lead upwards are left out: a hostile name must not point elsewhere. */
function segments(path: string): string[] {
  return path
    .split('/')
    .map(tidy)
    .filter((part) => part !== '' && part !== '.' && part !== '..');
}

function tidy(part: string): string {
  return neutralise(part).trim();
}
