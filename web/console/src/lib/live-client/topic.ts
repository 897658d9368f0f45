/** What one screen knows of one topic: where it stands, and whether the next message follows on it. */
import type { Delta, Subscribed, ToHub } from './messages';

export interface TopicListener {
  /** Data that follows on what was heard before. */
  onDelta(data: unknown, at: string): void;
  /** What was missed cannot be told: begin anew with this; null means: load by HTTP. */
  onReset(snapshot: unknown): void;
}

export type Verdict = 'apply' | 'repeated' | 'gap';

export class Topic {
  readonly listeners = new Set<TopicListener>();
  private epoch: string | undefined;
  private seq = 0;
  /** Deltas before the hub's answer belong to a subscription that was given up. */
  private isAnswered = false;

  constructor(readonly name: string) {}

  /** Asks to go on where it stands, or to begin. */
  subscribe(): ToHub {
    this.isAnswered = false;
    const from = this.epoch === undefined ? {} : { epoch: this.epoch, seq: this.seq };
    return { type: 'subscribe', topic: this.name, ...from };
  }

  /** What was heard belongs to another session: the next subscription begins anew. */
  forget(): void {
    this.epoch = undefined;
    this.seq = 0;
    this.isAnswered = false;
  }

  /** The hub's answer. A recovered topic goes on where it stood: what was missed follows as deltas. */
  answered(message: Subscribed): number {
    this.isAnswered = true;
    this.epoch = message.epoch;
    if (message.recovered) return message.missed ?? 0;
    this.seq = message.seq;
    for (const listener of this.listeners) listener.onReset(message.snapshot ?? null);
    return 0;
  }

  /** Whether a delta follows on what was heard, and hands it on if it does. */
  receive(message: Delta): Verdict {
    if (!this.isAnswered || message.seq <= this.seq) return 'repeated';
    if (message.from > this.seq + 1) return 'gap';
    this.seq = message.seq;
    for (const listener of this.listeners) listener.onDelta(message.data, message.at);
    return 'apply';
  }
}
