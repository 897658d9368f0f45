/**
 * Follows `stock` and `item:{id}` and patches what the screens read. Rows are replaced, never moved: order is the reader's.
 * What arrives within one frame is drawn in one frame.
 */
import type { InfiniteData } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { Schemas } from '@/lib/api/client';
import { useTopic } from '@/lib/live';
import { queryClient } from '@/lib/query-client';
import { boardQuery, type Item, type ItemWithLevels, itemQuery } from './api/items';
import { type Movement, movementsQuery } from './api/movements';
import type { BoardSearch } from './search';
import { note } from './trails';

/** A row of the topic `stock`: an item's totals over all locations. */
export interface LiveRow {
  item_id: string;
  sku: string;
  on_hand: number;
  reserved: number;
  allocated: number;
  safety: number;
  available: number;
  incoming: number;
  shortfall: number;
  reorder_point: number | null;
  is_low: boolean;
  at: string;
}

type Board = InfiniteData<Schemas['StockItemList'], unknown>;
type Ledger = InfiniteData<Schemas['StockMovementList'], unknown>;

/** The item as the row says it is, unless what was loaded is newer. */
export function patched(item: Item, row: LiveRow): Item {
  if (item.updated_at && Date.parse(row.at) < Date.parse(item.updated_at)) return item;
  const { on_hand, reserved, allocated, safety, available, incoming, shortfall } = row;
  const totals = { on_hand, reserved, allocated, safety, available, incoming, shortfall };
  return { ...item, totals, reorder_point: row.reorder_point, is_low: row.is_low, updated_at: row.at };
}

/** The board with these rows in place; the pages that nothing changed on stay the same objects. */
export function patchBoard(board: Board, rows: ReadonlyMap<string, LiveRow>): Board {
  const pages = board.pages.map((page) => {
    if (!page.items.some(({ id }) => rows.has(id))) return page;
    const items = page.items.map((item) => {
      const row = rows.get(item.id);
      return row ? patched(item, row) : item;
    });
    return { ...page, items };
  });
  return { ...board, pages };
}

interface BoardNews {
  /** Rows of items that the board does not show. */
  onStrangers(rows: LiveRow[]): void;
  onReset(): void;
}

export function useBoardLive(search: BoardSearch, news: BoardNews): void {
  const waiting = useRef(new Map<string, LiveRow>());
  const frame = useRef(0);
  const { queryKey } = boardQuery(search);
  const draw = useCallback(() => {
    frame.current = 0;
    const rows = waiting.current;
    waiting.current = new Map();
    const board = queryClient.getQueryData(queryKey);
    if (!board) return;
    queryClient.setQueryData(queryKey, patchBoard(board, rows));
    const known = new Set(board.pages.flatMap((page) => page.items.map(({ id }) => id)));
    const strangers = [...rows.values()].filter(({ item_id }) => !known.has(item_id));
    if (strangers.length > 0) news.onStrangers(strangers);
  }, [queryKey, news]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  useTopic<LiveRow[]>('stock', {
    onDelta: (rows, at) => {
      for (const row of rows) {
        waiting.current.set(row.item_id, row);
        note(row.item_id, row.available, at);
      }
      frame.current ||= requestAnimationFrame(draw);
    },
    onReset: () => {
      void queryClient.invalidateQueries({ queryKey: ['stock', 'board'] });
      news.onReset();
    },
  });
}

/** The newest movements on top of the ledger's first page, each once. */
export function prepend(ledger: Ledger, movements: readonly Movement[]): Ledger {
  const [first, ...rest] = ledger.pages;
  if (!first) return ledger;
  const known = new Set(first.movements.slice(0, 1_000).map(({ shard, seq }) => `${shard}:${seq}`));
  const fresh = movements.filter(({ shard, seq }) => !known.has(`${shard}:${seq}`)).toReversed();
  return { ...ledger, pages: [{ ...first, movements: [...fresh, ...first.movements] }, ...rest] };
}

/** The item's levels after these movements. */
export function withMovements(item: ItemWithLevels, movements: readonly Movement[]): ItemWithLevels {
  const newest = new Map<string, Movement>();
  for (const movement of movements) if (movement.location_id) newest.set(movement.location_id, movement);
  const levels = item.levels.map((level) => {
    const movement = newest.get(level.location_id);
    const isNewer = movement?.after && Date.parse(movement.at) >= Date.parse(level.updated_at);
    return isNewer ? { ...level, ...movement.after, updated_at: movement.at } : level;
  });
  return { ...item, levels };
}

export function useItemLive(id: string): void {
  const reload = () => {
    void queryClient.invalidateQueries({ queryKey: itemQuery(id).queryKey });
    void queryClient.invalidateQueries({ queryKey: movementsQuery(id).queryKey });
  };
  useTopic<Movement[]>(`item:${id}`, {
    onDelta: (movements) => {
      const item = queryClient.getQueryData(itemQuery(id).queryKey);
      const isKnown = movements.every(
        ({ location_id }) => location_id === null || item?.levels.some((level) => level.location_id === location_id),
      );
      // A place that the item was never at has a name that only the hub knows.
      if (!isKnown) void queryClient.invalidateQueries({ queryKey: itemQuery(id).queryKey });
      if (item) queryClient.setQueryData(itemQuery(id).queryKey, withMovements(item, movements));
      queryClient.setQueryData(movementsQuery(id).queryKey, (ledger) => ledger && prepend(ledger, movements));
    },
    onReset: reload,
  });
  useTopic<LiveRow[]>('stock', {
    onDelta: (rows, at) => {
      const row = rows.find(({ item_id }) => item_id === id);
      if (!row) return;
      note(id, row.available, at);
      queryClient.setQueryData(itemQuery(id).queryKey, (item) => item && { ...item, ...patched(item, row) });
    },
    onReset: () => undefined,
  });
}
