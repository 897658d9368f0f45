/** Reading items. The board's pages and an item's view are what `live.ts` patches. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/lib/api/client';
import { patched, withMovements } from '../merge';
import { recentMovements, recentRow } from '../recent';
import type { BoardSearch } from '../search';

export type Item = Schemas['StockItem'];
export type ItemWithLevels = Schemas['StockItemWithLevels'];

const PAGE = 500;

/** The item with what was told while the answer was on its way. Its levels are left alone. */
function upToDate(item: Item): Item {
  const row = recentRow(item.id);
  return row ? patched(item, row) : item;
}

export function boardQuery({ q, only, sort }: BoardSearch) {
  return infiniteQueryOptions({
    queryKey: ['stock', 'board', { q: q ?? '', only: only ?? '', sort: sort ?? '' }],
    queryFn: async ({ pageParam }) => {
      const filter = { ...(q && { search: q }), ...(only && { only }), ...(sort && { sort }) };
      const query = { limit: PAGE, ...filter, ...(pageParam !== null && { after: pageParam }) };
      const page = await answer(api.GET('/api/v1/stock/items', { params: { query } }));
      return { ...page, items: page.items.map(upToDate) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
    // Fifty thousand rows are patched many times a second; comparing them all each time would cost more than drawing.
    structuralSharing: false,
    staleTime: 5_000,
  });
}

export function itemQuery(id: string) {
  return queryOptions({
    queryKey: ['stock', 'item', id],
    queryFn: async () => {
      const item = await answer(api.GET('/api/v1/stock/items/{item_id}', { params: { path: { item_id: id } } }));
      const { levels } = withMovements(item, recentMovements(id));
      return { ...item, ...upToDate(item), levels };
    },
  });
}

export function itemAtQuery(id: string, time: string) {
  return queryOptions({
    queryKey: ['stock', 'at', id, time],
    queryFn: () => {
      const params = { path: { item_id: id }, query: { time } };
      return answer(api.GET('/api/v1/stock/items/{item_id}/at', { params }));
    },
    // The past does not change.
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (shown) => shown,
  });
}

export const locationsQuery = queryOptions({
  queryKey: ['stock', 'locations'],
  queryFn: () => answer(api.GET('/api/v1/stock/locations')),
  staleTime: 300_000,
});
