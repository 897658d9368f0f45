/**
 * Follows `stock` and `item:{id}` and patches what the screens read. Rows are replaced, never moved: order is the reader's.
 * What arrives within one frame is drawn in one frame.
 */
import { useCallback, useEffect, useRef } from 'react';
import { useTopic } from '@/lib/live';
import { queryClient } from '@/lib/query-client';
import { boardQuery, itemQuery } from './api/items';
import { type Movement, movementsQuery } from './api/movements';
import { type LiveRow, patchBoard, patched, prepend, withMovements } from './merge';
import { forgetMovements, noteMovements, noteRow } from './recent';
import type { BoardSearch } from './search';

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
    const { board: next, strangers } = patchBoard(board, rows.values());
    queryClient.setQueryData(queryKey, next);
    if (strangers.length > 0) news.onStrangers(strangers);
  }, [queryKey, news]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  useTopic<LiveRow[]>('stock', {
    onDelta: (rows, at) => {
      for (const row of rows) {
        waiting.current.set(row.item_id, row);
        noteRow(row, at);
      }
      frame.current ||= requestAnimationFrame(draw);
    },
    onReset: () => {
      void queryClient.invalidateQueries({ queryKey: ['stock', 'board'] });
      news.onReset();
    },
  });
}

export function useItemLive(id: string): void {
  const reload = () => {
    void queryClient.invalidateQueries({ queryKey: itemQuery(id).queryKey });
    void queryClient.invalidateQueries({ queryKey: movementsQuery(id).queryKey });
  };
  useEffect(() => () => forgetMovements(id), [id]);
  useTopic<Movement[]>(`item:${id}`, {
    onDelta: (movements) => {
      noteMovements(id, movements);
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
      noteRow(row, at);
      queryClient.setQueryData(itemQuery(id).queryKey, (item) => item && { ...item, ...patched(item, row) });
    },
    onReset: () => void queryClient.invalidateQueries({ queryKey: itemQuery(id).queryKey }),
  });
}
