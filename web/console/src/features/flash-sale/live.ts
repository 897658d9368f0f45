/** Keeps the numbers of the picked items: loaded once, then told by `stock`. */
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '@/lib/api/client';
import { useTopic } from '@/lib/live';
import { queryClient } from '@/lib/query-client';

type Item = Schemas['StockItemWithLevels'];
type Row = Schemas['Counters'] & { item_id: string; at: string };

const keyOf = (id: string) => ['flash-sale', id];

export function usePickedItems(ids: readonly string[]): (Item | undefined)[] {
  const queries = useQueries({
    queries: ids.map((id) => ({
      queryKey: keyOf(id),
      queryFn: () => answer(api.GET('/api/v1/stock/items/{item_id}', { params: { path: { item_id: id } } })),
    })),
  });
  const [told, setTold] = useState<ReadonlyMap<string, Row>>(new Map());
  useTopic<Row[]>('stock', {
    onDelta: (rows) => {
      const ours = rows.filter(({ item_id }) => ids.includes(item_id));
      if (ours.length === 0) return;
      setTold((known) => new Map([...known, ...ours.map((row) => [row.item_id, row] as const)]));
    },
    onReset: () => void queryClient.invalidateQueries({ queryKey: ['flash-sale'] }),
  });
  // What was told is beside what was loaded, so that an answer that took its time does not bring the past back.
  return queries.map(({ data }) => {
    const row = data && told.get(data.id);
    return row && row.at >= (data.updated_at ?? '') ? { ...data, totals: row } : data;
  });
}
