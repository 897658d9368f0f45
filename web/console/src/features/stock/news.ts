/** What the board does not show yet: items it has not loaded, and rows that would stand elsewhere by now. */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Item } from './api/items';
import { useBoardLive } from './live';
import type { LiveRow } from './merge';
import type { BoardSearch, Numbered } from './search';

export interface News {
  fresh: number;
  moved: number;
  clear(): void;
}

/** Whether an item that the board does not show belongs on it, as far as its row tells. */
export function belongs(row: LiveRow, { q, only }: BoardSearch): boolean {
  if (q && !row.sku.toLowerCase().includes(q.toLowerCase())) return false;
  switch (only) {
    case 'low':
      return row.is_low;
    case 'out':
      return row.available === 0;
    case 'held':
      return row.reserved > 0;
    case 'short':
      return row.shortfall > 0;
    case undefined:
      return true;
  }
}

function numberOf(item: Item, by: Numbered): number {
  return by === 'updated_at' ? Date.parse(item.updated_at ?? '') || 0 : item.totals[by];
}

/** How many rows stand behind one that should come after them. */
export function outOfPlace(items: readonly Item[], sort: BoardSearch['sort']): number {
  if (!sort) return 0;
  const by = sort.replace('-', '') as Numbered;
  const way = sort.startsWith('-') ? -1 : 1;
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    const value = way * numberOf(item, by);
    if (value < last) count += 1;
    else last = value;
  }
  return count;
}

export function useNews(search: BoardSearch, items: readonly Item[] | undefined, hasMore: boolean): News {
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const lastSku = useRef('');
  lastSku.current = items?.at(-1)?.sku ?? '';
  const clear = useCallback(() => setFresh(new Set()), []);
  const listener = useMemo(
    () => ({
      onStrangers: (rows: LiveRow[]) => {
        // Of a sorted board that is loaded in part, nobody knows whether a stranger stands before its end.
        const isBeforeEnd = ({ sku }: LiveRow) => !hasMore || (search.sort === undefined && sku < lastSku.current);
        const ids = rows.filter((row) => isBeforeEnd(row) && belongs(row, search)).map(({ item_id }) => item_id);
        if (ids.length > 0) setFresh((known) => new Set([...known, ...ids]));
      },
      onReset: clear,
    }),
    [search, hasMore, clear],
  );
  useBoardLive(search, listener);
  const moved = useMemo(() => outOfPlace(items ?? [], search.sort), [items, search.sort]);
  return { fresh: fresh.size, moved, clear };
}
