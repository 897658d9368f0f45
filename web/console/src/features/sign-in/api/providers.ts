/** By way of whom else one may sign in. */
import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/lib/api/client';

export const providersQuery = queryOptions({
  queryKey: ['sign-in', 'providers'],
  queryFn: async () => (await answer(api.GET('/api/v1/sign-in/providers'))).providers,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Where the browser goes to sign in with a provider, and where it comes back to. */
export function startUrl(provider: string, to: string): string {
  return `/sso/${provider}/start?${new URLSearchParams({ return_to: to })}`;
}
