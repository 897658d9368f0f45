/** What became of available units since the console was opened: what sparklines draw. Bounded per item and in all. */
const MOST_POINTS = 240;
const MOST_ITEMS = 5_000;

export interface Point {
  at: number;
  available: number;
}

const trails = new Map<string, Point[]>();

export function note(itemId: string, available: number, at: string): void {
  const trail = trails.get(itemId) ?? [];
  trail.push({ at: Date.parse(at), available });
  if (trail.length > MOST_POINTS) trail.splice(0, trail.length - MOST_POINTS);
  if (!trails.has(itemId) && trails.size >= MOST_ITEMS) {
    const oldest = trails.keys().next();
    if (!oldest.done) trails.delete(oldest.value);
  }
  trails.set(itemId, trail);
}

export function trailOf(itemId: string): readonly Point[] {
  return trails.get(itemId) ?? [];
}
