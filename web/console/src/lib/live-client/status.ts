/** How live the screen is, for whoever wants to show it. */
import type { ProblemMessage } from './messages';

export interface LiveStatus {
  phase: 'off' | 'connecting' | 'live' | 'waiting' | 'ended';
  /** When the hub was last heard, by this machine's clock; the age of what is on the screen. */
  heardAt: number | undefined;
  /** When the next try is. */
  retryAt: number | undefined;
  /** How many changes the last coming back brought, and when. */
  caughtUp: { changes: number; at: number } | undefined;
  /** Why it ended for good. */
  closeCode: number | undefined;
  problem: ProblemMessage | undefined;
}

const OFF: LiveStatus = {
  phase: 'off',
  heardAt: undefined,
  retryAt: undefined,
  caughtUp: undefined,
  closeCode: undefined,
  problem: undefined,
};

/** Changes of one coming back that arrive within this time are one number. */
const ONE_COMING_BACK_MS = 3_000;

export class StatusBoard {
  status: LiveStatus = OFF;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly now: () => number) {}

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  reset(): void {
    this.set(OFF);
  }

  connecting(): void {
    this.change({ phase: 'connecting', retryAt: undefined });
  }

  live(): void {
    this.change({ phase: 'live', retryAt: undefined, closeCode: undefined });
  }

  waiting(retryAt: number | undefined): void {
    this.change({ phase: 'waiting', retryAt });
  }

  ended(closeCode: number): void {
    this.change({ phase: 'ended', retryAt: undefined, closeCode });
  }

  problem(problem: ProblemMessage): void {
    this.change({ problem });
  }

  caughtUp(changes: number): void {
    const last = this.status.caughtUp;
    const isSame = last !== undefined && this.now() - last.at < ONE_COMING_BACK_MS;
    this.change({ caughtUp: { changes: changes + (isSame ? last.changes : 0), at: this.now() } });
  }

  /** Kept without telling anybody: whoever shows an age looks at the clock anyway. */
  heard(): void {
    this.status = { ...this.status, heardAt: this.now() };
  }

  private change(part: Partial<LiveStatus>): void {
    this.set({ ...this.status, ...part });
  }

  private set(status: LiveStatus): void {
    this.status = status;
    for (const listener of this.listeners) listener();
  }
}
