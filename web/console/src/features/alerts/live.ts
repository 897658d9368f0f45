/** Follows `alerts`: what fell to its reorder point or is promised beyond stock, the newest first. */
import { queryOptions } from '@tanstack/react-query';
import { useTopic } from '@/lib/live';
import { queryClient } from '@/lib/query-client';

export interface Alert {
  kind: string;
  item_id: string;
  sku: string;
  title: string;
  available: number;
  reorder_point: number | null;
  shortfall: number;
  at: string;
}

/** As many as anybody reads. */
const KEPT = 100;

export interface Alerts {
  list: Alert[];
  unread: number;
}

/** There is nothing to load: alerts are told, and kept while the console is open. */
export const alertsQuery = queryOptions<Alerts>({
  queryKey: ['alerts'],
  queryFn: () => ({ list: [], unread: 0 }),
  staleTime: Number.POSITIVE_INFINITY,
});

function keep(change: (known: Alerts) => Alerts): void {
  queryClient.setQueryData(alertsQuery.queryKey, (known) => change(known ?? { list: [], unread: 0 }));
}

export function markRead(): void {
  keep(({ list }) => ({ list, unread: 0 }));
}

export function clearAlerts(): void {
  keep(() => ({ list: [], unread: 0 }));
}

/** Draws nothing; stands in the shell. */
export function AlertsFollower(): null {
  useTopic<Alert[]>('alerts', {
    onDelta: (news) =>
      keep(({ list, unread }) => ({
        list: [...news.toReversed(), ...list].slice(0, KEPT),
        unread: unread + news.length,
      })),
    onReset: () => undefined,
  });
  return null;
}
