import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
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

/** Who stands behind the ids of people and keys, as far as they are still here. */
export const namesQuery = queryOptions({
  queryKey: ['audit-log', 'names'],
  queryFn: async () => {
    const [people, keys] = await Promise.all([answer(api.GET('/api/v1/members')), answer(api.GET('/api/v1/api-keys'))]);
    const members = people.members.map(({ person_id, name }) => [person_id, name] as const);
    return new Map<string, string>([...members, ...keys.api_keys.map(({ id, name }) => [id, name] as const)]);
  },
});

export function verifyLog() {
  return answer(api.GET('/api/v1/audit-log/verify'));
}

/** Where a browser downloads what the filter shows. */
export function exportUrl(search: AuditSearch, format: 'csv' | 'jsonl'): string {
  return `/api/v1/audit-log/export?${new URLSearchParams({ ...filterOf(search), format })}`;
}
