/** Counts failed sign-ins by address, so that guessing is slow. Bounded: an attacker has many addresses. */

const windowMs = 60_000;
const most = 10;
const addresses = 10_000;

export class Failures {
  private readonly counts = new Map<string, { count: number; until: number }>();
  private readonly now: () => Date;

  constructor(now: () => Date) {
    this.now = now;
  }

  /** Whether this address has failed too often within the minute. */
  tooMany(address: string): boolean {
    const entry = this.counts.get(address);
    return entry !== undefined && entry.until > this.now().getTime() && entry.count >= most;
  }

  add(address: string): void {
    const now = this.now().getTime();
    const entry = this.counts.get(address);
    if (entry && entry.until > now) {
      entry.count++;
      return;
    }
    this.counts.delete(address);
    // The oldest goes first: a Map keeps the order in which its keys came.
    if (this.counts.size >= addresses) this.counts.delete(this.counts.keys().next().value!);
    this.counts.set(address, { count: 1, until: now + windowMs });
  }
}
