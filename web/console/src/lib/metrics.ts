/** Follows `metrics`: what this organization's stock engine does, once a second while somebody looks. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTopic } from './live';
import { queryClient } from './query-client';

interface Told {
  reservations_per_s: number;
  refusals_per_s: number;
  commands_per_s: number;
  p50_ms: number;
  p99_ms: number;
  commit_ms: number;
  sockets: number;
}

export interface Metrics extends Told {
  at: number;
}

/** Ten minutes of seconds. */
const KEPT = 600;
const NONE: readonly Metrics[] = [];

/** There is nothing to load: samples are told, and kept so that a screen that is come back to goes on. */
const metricsQuery = queryOptions<readonly Metrics[]>({
  queryKey: ['metrics'],
  queryFn: () => NONE,
  staleTime: Number.POSITIVE_INFINITY,
});

function keep(news: readonly Told[], at: number): void {
  const fresh = news.map((one) => ({ ...one, at }));
  queryClient.setQueryData(metricsQuery.queryKey, (known) => [...(known ?? NONE), ...fresh].slice(-KEPT));
}

/** The samples of the last minutes, the oldest first. */
export function useMetrics(): readonly Metrics[] {
  useTopic<Told[]>('metrics', {
    onDelta: (news, at) => keep(news, Date.parse(at)),
    // The newest sample is told again with the next second.
    onReset: () => undefined,
  });
  return useQuery(metricsQuery).data ?? NONE;
}
