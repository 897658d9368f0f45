/** An item's ledger, by keyset, the newest first. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/lib/api/client';
import { withFresh } from '../merge';
import { recentMovements } from '../recent';

export type Movement = Schemas['StockMovement'];

const PAGE = 200;

export function movementsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['stock', 'movements', id],
    queryFn: async ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam !== null && { before: pageParam }) };
      const params = { path: { item_id: id }, query };
      const page = await answer(api.GET('/api/v1/stock/items/{item_id}/movements', { params }));
      // Only the first page ends now; what was told meanwhile stands on top of it.
      return pageParam === null ? withFresh(page, recentMovements(id)) : page;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
    structuralSharing: false,
  });
}
