/** An item's ledger, by keyset, the newest first. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/lib/api/client';

export type Movement = Schemas['StockMovement'];

const PAGE = 200;

export function movementsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['stock', 'movements', id],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam !== null && { before: pageParam }) };
      const params = { path: { item_id: id }, query };
      return answer(api.GET('/api/v1/stock/items/{item_id}/movements', { params }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
    structuralSharing: false,
  });
}
