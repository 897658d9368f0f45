/** The words of `entrepot.live.v1`; the contract is docs/live.md. */

export interface Welcome {
  type: 'welcome';
  protocol: number;
  at: string;
  reconnect_ms: { min: number; max: number };
  ping_every_s: number;
}

export interface Subscribed {
  type: 'subscribed';
  topic: string;
  epoch: string;
  seq: number;
  recovered: boolean;
  missed?: number;
  snapshot?: unknown;
}

export interface Delta {
  type: 'delta';
  topic: string;
  from: number;
  seq: number;
  at: string;
  data: unknown;
}

export interface ProblemMessage {
  type: 'problem';
  code: string;
  topic?: string;
  detail?: string;
}

export type FromHub =
  | Welcome
  | Subscribed
  | Delta
  | ProblemMessage
  | { type: 'ping'; window: number }
  | { type: 'reconnect'; after_ms: number };

export type ToHub =
  | { type: 'subscribe'; topic: string; epoch?: string; seq?: number }
  | { type: 'unsubscribe'; topic: string }
  | { type: 'ack'; window: number };

export const SUBPROTOCOL = 'entrepot.live.v1';

/** Whether trying again is of no use: the session ended. */
export function isFinal(closeCode: number): boolean {
  return closeCode === 4001;
}

/** Reads a frame; what is not ours is nothing. */
export function parse(text: unknown): FromHub | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const message: unknown = JSON.parse(text);
    const isMessage = typeof message === 'object' && message !== null && 'type' in message;
    return isMessage ? (message as FromHub) : undefined;
  } catch {
    return undefined;
  }
}
