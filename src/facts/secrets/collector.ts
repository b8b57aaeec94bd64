/** The pass over a layer's files: text whole through the engine, named files through their parsers, archives looked into. */
import { createHash } from 'node:crypto';
import type { ContentSink, LayerCollector } from '../../image/collector.ts';
import { release } from '../../image/release.ts';
import type { SecretAllow } from '../../types/secrets.ts';
import type { FileEntry } from '../../types.ts';
import { type SharedBytes, scratchPad, sharedBytesOf } from '../shared-bytes.ts';
import { LayerBudget, type SecretLimits, secretLimits } from './budget.ts';
import { text as formats } from './engine/patterns.generated.ts';
import { type Examiner, examine, keep, type SecretFile } from './examine.ts';
import { archiveKind, isSkipped, parserOf } from './files.ts';
import { isBinary, markOf } from './magic.ts';
import { streamBytes } from './scanner.ts';
import { compileAllow } from './seal.ts';

/** Raise the first number when the code finds other things; the rest follows every change of the formats. */
const version = 2 * 2 ** 32 + createHash('sha256').update(formats).digest().readUInt32BE(0);

const largestPad = 16 << 20;
const newPad = () => scratchPad(largestPad, 1 << 17);

/** A collector with the user's allow rules, which mark what they fit. */
export function secretsCollectorWith(
  allow: readonly SecretAllow[],
  limits: SecretLimits = secretLimits,
): LayerCollector<SecretFile> {
  const compiled = compileAllow(allow);
  const make = (examiner: Examiner): LayerCollector<SecretFile> => ({
    id: 'secrets',
    version,
    begin: () => make({ budget: new LayerBudget(limits), allow: compiled, scratch: newPad() }),
    wants: ({ path, type, size }) =>
      type !== 'file' || size === 0 || isSkipped(path)
        ? undefined
        : { kind: 'stream', open: (entry) => new FileSink(entry, examiner) },
    take: () => undefined,
  });
  return make({ budget: new LayerBudget(limits), allow: compiled, scratch: newPad() });
}

/** The collector as every scan without allow rules of its own uses it. */
export const secretsCollector: LayerCollector<SecretFile> = secretsCollectorWith([]);

const sniffed = 4096;
const keystores = /\.(p12|pfx|jks|jceks|keystore|truststore|ks|der|key|pk8|p8)$/i;
/** Programs and libraries of the system: what is baked into a workload does not lie there. */
const systemFolders = /^(usr\/)?(s?bin|lib(32|64|x32|exec)?|share|games|include)\//;

/** How one file is read from its first bytes on. */
interface Plan {
  write(chunk: Buffer): void;
  end(): SecretFile | undefined;
}

/** Learns from a file's first bytes how it is to be read, and reads it so. */
class FileSink implements ContentSink {
  private have = 0;
  private rest: Buffer[] = [];
  private plan: Plan | undefined;

  constructor(
    private readonly entry: FileEntry,
    private readonly examiner: Examiner,
  ) {}

  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    // Mostly the first chunk shows all of it, or enough.
    if (this.plan) this.plan.write(bytes);
    else if (this.have === 0 && (bytes.length >= sniffed || bytes.length === this.entry.size)) this.begin(bytes);
    else {
      this.rest.push(Buffer.from(bytes));
      this.have += bytes.length;
      if (this.have >= sniffed || this.have === this.entry.size) this.begin(Buffer.concat(this.rest));
    }
  }

  end(): SecretFile | undefined {
    if (!this.plan && this.have > 0) this.begin(Buffer.concat(this.rest));
    return this.plan?.end();
  }

  private begin(first: Buffer): void {
    this.plan = planFor(this.entry, first, this.examiner);
    this.plan.write(first);
    this.rest = [];
  }
}

function planFor(entry: FileEntry, first: Buffer, examiner: Examiner): Plan {
  const { path, size } = entry;
  const { budget } = examiner;
  const { limits } = budget;
  if (archiveKind(path)) {
    if (size > limits.archiveBytes) return said({ cut: `it is an archive larger than ${limits.archiveBytes} bytes` });
    if (budget.left('layerUnpacked') <= 0) return said({ spent: true });
    const shared = sharedBytesOf(entry);
    return shared ? joint(entry, shared, examiner) : whole(entry, size, examiner);
  }
  if (keystores.test(path) && size <= limits.parsedBytes) return whole(entry, size, examiner);
  if (isBinary(first)) {
    const mark = markOf(path, first);
    const found: SecretFile | undefined = mark && { mark };
    if (systemFolders.test(path)) return said(found);
    const length = Math.min(size, limits.binaryBytes);
    return budget.take('layerBinary', length)
      ? streamed(entry, length, examiner, true, found)
      : said({ ...found, spent: true });
  }
  if (size <= limits.parsedBytes || parserOf(path)) {
    const length = Math.min(size, limits.parsedBytes);
    return budget.take('layerText', length) ? whole(entry, length, examiner) : said({ spent: true });
  }
  const mark = markOf(path, first);
  const length = Math.min(size, limits.textBytes);
  return budget.take('layerText', length)
    ? streamed(entry, length, examiner, false, mark && { mark })
    : said({ ...(mark && { mark }), spent: true });
}

function said(found: SecretFile | undefined): Plan {
  return { write: () => {}, end: () => found };
}

/** Keeps up to `length` bytes and looks at them at the end; without a copy where one chunk is all. */
function whole(entry: FileEntry, length: number, examiner: Examiner): Plan {
  let kept: Buffer | undefined;
  let have = 0;
  let found: SecretFile | undefined;
  return {
    write(chunk) {
      if (have >= length) return;
      if (have === 0 && chunk.length >= length) {
        have = length;
        found = examine(entry.path, chunk.subarray(0, length), examiner);
        return;
      }
      kept ??= examiner.scratch(length);
      have += chunk.copy(kept, have, 0, Math.min(chunk.length, length - have));
      if (have < length) return;
      found = examine(entry.path, kept, examiner);
      if (length > largestPad) release(kept);
      kept = undefined;
    },
    end() {
      if (kept) found = examine(entry.path, kept.subarray(0, have), examiner);
      if (length < entry.size) found = { ...found, cut: `only its first ${length} bytes were read` };
      return found;
    },
  };
}

/** Like `whole`, from the copy that the collector of Java archives fills. */
function joint(entry: FileEntry, shared: SharedBytes, examiner: Examiner): Plan {
  let position = 0;
  let found: SecretFile | undefined;
  return {
    write(chunk) {
      shared.write(chunk, position);
      position += chunk.length;
      const bytes = position === entry.size ? shared.bytes() : undefined;
      if (bytes) found = examine(entry.path, bytes, examiner);
    },
    end: () => found,
  };
}

/** Through the engine alone: too large to keep, or no text. */
function streamed(entry: FileEntry, length: number, examiner: Examiner, binary: boolean, found: SecretFile = {}): Plan {
  const scan = streamBytes(entry.path);
  let have = 0;
  return {
    write(chunk) {
      if (have >= length) return;
      const piece = chunk.subarray(0, length - have);
      have += piece.length;
      scan.write(piece);
    },
    end() {
      const { secrets, cut } = scan.end();
      keep(found, secrets, examiner);
      if (cut) found.cut = 'it has more places to look at than the limit';
      if (length < entry.size && binary) found.partial = true;
      else if (length < entry.size) found.cut = `only its first ${length} bytes were read`;
      return found.hits || found.mark || found.cut || found.partial ? found : undefined;
    },
  };
}
