/** So many at once; the others wait, first come, first served. */
export class Turns {
  private readonly queue: (() => void)[] = [];

  constructor(private free: number) {}

  /** How many wait. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Whether the next one must wait. */
  get taken(): boolean {
    return this.free === 0;
  }

  /** Waits for a turn, which is given back by `done`. @throws the signal's reason where that comes first. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.free > 0) {
      this.free--;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.queue.splice(this.queue.indexOf(go), 1);
        reject(signal.reason);
      };
      this.queue.push(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Whoever waits longest is next. */
  done(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.free++;
  }
}
