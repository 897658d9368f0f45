/**
 * What the socket told lately. An answer over HTTP may have been read before a delta that arrived while it was on its way:
 * what was told is put into it, or the screen would show the past and call it live. Also what sparklines draw.
 */
import type { Schemas } from '@/lib/api/client';
import type { LiveRow } from './merge';

type Movement = Schemas['StockMovement'];

const MOST_POINTS = 240;
const MOST_ITEMS = 10_000;
const MOST_MOVEMENTS = 500;

export interface Point {
  at: number;
  available: number;
}

const rows = new Map<string, LiveRow>();
const trails = new Map<string, Point[]>();
const movements = new Map<string, Movement[]>();

/** Keeps a map from growing for ever: what was told longest ago goes. */
function bound(map: Map<string, unknown>): void {
  const oldest = map.size > MOST_ITEMS ? map.keys().next() : undefined;
  if (oldest && !oldest.done) map.delete(oldest.value);
}

export function noteRow(row: LiveRow, at: string): void {
  rows.delete(row.item_id);
  rows.set(row.item_id, row);
  const trail = trails.get(row.item_id) ?? [];
  trail.push({ at: Date.parse(at), available: row.available });
  if (trail.length > MOST_POINTS) trail.splice(0, trail.length - MOST_POINTS);
  trails.set(row.item_id, trail);
  bound(rows);
  bound(trails);
}

export function recentRow(itemId: string): LiveRow | undefined {
  return rows.get(itemId);
}

export function trailOf(itemId: string): readonly Point[] {
  return trails.get(itemId) ?? [];
}

export function noteMovements(itemId: string, told: readonly Movement[]): void {
  movements.set(itemId, [...(movements.get(itemId) ?? []), ...told].slice(-MOST_MOVEMENTS));
}

/** The oldest first. */
export function recentMovements(itemId: string): readonly Movement[] {
  return movements.get(itemId) ?? [];
}

/** The item is not followed any more: what happens to it from now on is not told. */
export function forgetMovements(itemId: string): void {
  movements.delete(itemId);
}
