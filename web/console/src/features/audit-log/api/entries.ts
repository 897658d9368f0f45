import { infiniteQueryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/lib/api/client';
import type { AuditSearch } from '../search';

export type Entry = Schemas['AuditEntry'];

function filterOf({ text, action, actor }: AuditSearch) {
  return { ...(text && { text }), ...(action && { action }), ...(actor && { actor }) };
}

export function entriesQuery(search: AuditSearch) {
  return infiniteQueryOptions({
    queryKey: ['audit-log', filterOf(search)],
    queryFn: ({ pageParam }) => {
      const query = { ...filterOf(search), limit: 100, ...(pageParam !== null && { before: pageParam }) };
      return answer(api.GET('/api/v1/audit-log', { params: { query } }));
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next ?? null,
  });
}

export function verifyLog() {
  return answer(api.GET('/api/v1/audit-log/verify'));
}

/** Where a browser downloads what the filter shows. */
export function exportUrl(search: AuditSearch, format: 'csv' | 'jsonl'): string {
  return `/api/v1/audit-log/export?${new URLSearchParams({ ...filterOf(search), format })}`;
}
