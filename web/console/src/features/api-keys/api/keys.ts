import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/lib/api/client';
import { queryClient } from '@/lib/query-client';

export type ApiKey = Schemas['ApiKey'];

export const keysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async () => (await answer(api.GET('/api/v1/api-keys'))).api_keys,
});

export async function createKey(body: Schemas['CreateApiKey']): Promise<string> {
  const created = await answer(api.POST('/api/v1/api-keys', { body }));
  await queryClient.invalidateQueries(keysQuery);
  return created.secret;
}

export async function revokeKey(id: string) {
  await answer(api.DELETE('/api/v1/api-keys/{key_id}', { params: { path: { key_id: id } } }));
  await queryClient.invalidateQueries(keysQuery);
}
