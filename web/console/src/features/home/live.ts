/** Keeps the home screen right: counts are asked for again when stock moved, and what moved last is told. */

import { useThrottledCallback } from '@mantine/hooks';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTopic } from '@/lib/live';
import { queryClient } from '@/lib/query-client';

export interface Mover {
  item_id: string;
  sku: string;
  available: number;
  at: string;
  /** What was available at each of the last changes, the oldest first. */
  trail: readonly { at: number; available: number }[];
}

const SHOWN = 8;
const TRAIL = 60;
const NONE: readonly Mover[] = [];

const moversQuery = queryOptions<readonly Mover[]>({
  queryKey: ['movers'],
  queryFn: () => NONE,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The rows that moved last, in the places they have: one that moves again stays where it stands. */
export function withMoves(known: readonly Mover[], rows: readonly Omit<Mover, 'trail'>[]): readonly Mover[] {
  const news = new Map(rows.map((row) => [row.item_id, row]));
  const stepped = (row: Omit<Mover, 'trail'>, trail: Mover['trail']): Mover => {
    const { item_id, sku, available, at } = row;
    return { item_id, sku, available, at, trail: [...trail, { at: Date.parse(at), available }].slice(-TRAIL) };
  };
  const kept = known.map((mover) => {
    const row = news.get(mover.item_id);
    news.delete(mover.item_id);
    return row ? stepped(row, mover.trail) : mover;
  });
  const fresh = [...news.values()].slice(-SHOWN).map((row) => stepped(row, []));
  const room = SHOWN - fresh.length;
  const stay = new Set(kept.toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, room));
  return [...fresh, ...kept.filter((mover) => stay.has(mover))];
}

export function useMovers(): readonly Mover[] {
  const ask = useThrottledCallback(() => void queryClient.invalidateQueries({ queryKey: ['home'] }), 2_000);
  useTopic<Omit<Mover, 'trail'>[]>('stock', {
    onDelta: (rows) => {
      ask();
      queryClient.setQueryData(moversQuery.queryKey, (known) => withMoves(known ?? NONE, rows));
    },
    onReset: ask,
  });
  return useQuery(moversQuery).data ?? NONE;
}
