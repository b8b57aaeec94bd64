/** How much of one layer is looked through. Counted in bytes and never in time, so that two runs stop at the same place. */

export interface SecretLimits {
  /** Bytes of one text file, and of one kept whole for a parser. */
  textBytes: number;
  parsedBytes: number;
  /** Bytes of one binary file, from its beginning. */
  binaryBytes: number;
  /** Bytes of one archive as it lies in the layer, of all that is unpacked from it, and of one file in it. */
  archiveBytes: number;
  unpackedBytes: number;
  memberBytes: number;
  members: number;
  /** Archives within archives. */
  depth: number;
  /** Secrets kept of one file, and of one layer. */
  hitsPerFile: number;
  hitsPerLayer: number;
  /** Of those, short ones: a hash that makes guessing slow is slow here too. */
  slowHits: number;
  /** Bytes of one layer: text, binary, unpacked. */
  layerText: number;
  layerBinary: number;
  layerUnpacked: number;
}

export const secretLimits: SecretLimits = {
  textBytes: 64 << 20,
  parsedBytes: 4 << 20,
  binaryBytes: 16 << 20,
  archiveBytes: 64 << 20,
  unpackedBytes: 64 << 20,
  memberBytes: 4 << 20,
  members: 20_000,
  depth: 2,
  hitsPerFile: 100,
  hitsPerLayer: 2000,
  slowHits: 200,
  layerText: 4 * 2 ** 30,
  layerBinary: 256 << 20,
  layerUnpacked: 512 << 20,
};

type Account = 'layerText' | 'layerBinary' | 'layerUnpacked' | 'hitsPerLayer' | 'slowHits';

/** What one layer has spent. */
export class LayerBudget {
  private readonly spent: Record<Account, number> = {
    layerText: 0,
    layerBinary: 0,
    layerUnpacked: 0,
    hitsPerLayer: 0,
    slowHits: 0,
  };

  constructor(readonly limits: SecretLimits = secretLimits) {}

  /** Books an amount; false where that account is used up. */
  take(account: Account, amount: number): boolean {
    if (this.spent[account] >= this.limits[account]) return false;
    this.spent[account] += amount;
    return true;
  }

  /** What is left of an account. */
  left(account: Account): number {
    return Math.max(0, this.limits[account] - this.spent[account]);
  }
}
