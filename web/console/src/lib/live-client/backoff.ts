/** How long to wait before the next try: full jitter, so that ten thousand screens do not come back in one second. */
export interface Reconnect {
  minMs: number;
  maxMs: number;
}

export const USUAL: Reconnect = { minMs: 500, maxMs: 20_000 };

/** A wait drawn evenly between nothing and a bound that doubles with every try, within the hub's hint. */
export function waitBefore(attempt: number, hint: Reconnect, random: () => number): number {
  return Math.round(random() * Math.min(hint.maxMs, hint.minMs * 2 ** attempt));
}
