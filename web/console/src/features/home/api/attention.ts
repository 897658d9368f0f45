/** What the home screen counts and lists: a page of each state is enough to say how many, or that there are many. */
import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';

export const MOST = 100;

export function stateQuery(only: 'low' | 'out' | 'short' | 'held') {
  return queryOptions({
    queryKey: ['home', only],
    queryFn: () =>
      answer(api.GET('/api/v1/stock/items', { params: { query: { only, limit: MOST, sort: 'available' } } })),
    staleTime: 2_000,
  });
}

export const platformsQuery = queryOptions({
  queryKey: ['home', 'platforms'],
  queryFn: () => answer(api.GET('/api/v1/platform-settings')),
});
