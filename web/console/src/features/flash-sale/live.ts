/** Keeps the numbers of the picked items: loaded once, then patched by `stock`. */
import { useQueries } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/lib/api/client';
import { useTopic } from '@/lib/live';
import { queryClient } from '@/lib/query-client';

type Item = Schemas['StockItemWithLevels'];
type Row = Schemas['Counters'] & { item_id: string };

const keyOf = (id: string) => ['flash-sale', id];

export function usePickedItems(ids: readonly string[]): (Item | undefined)[] {
  const queries = useQueries({
    queries: ids.map((id) => ({
      queryKey: keyOf(id),
      queryFn: () => answer(api.GET('/api/v1/stock/items/{item_id}', { params: { path: { item_id: id } } })),
    })),
  });
  useTopic<Row[]>('stock', {
    onDelta: (rows) => {
      for (const row of rows) {
        if (!ids.includes(row.item_id)) continue;
        queryClient.setQueryData<Item>(keyOf(row.item_id), (item) => item && { ...item, totals: row });
      }
    },
    onReset: () => void queryClient.invalidateQueries({ queryKey: ['flash-sale'] }),
  });
  return queries.map(({ data }) => data);
}
