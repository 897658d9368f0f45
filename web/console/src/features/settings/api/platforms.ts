import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/lib/api/client';
import { queryClient } from '@/lib/query-client';

export type Platform = Schemas['PlatformSettings'];
export type Field = Schemas['PlatformSettingsField'];

export const platformsQuery = queryOptions({
  queryKey: ['platforms'],
  queryFn: async () => (await answer(api.GET('/api/v1/platform-settings'))).platforms,
});

export function historyQuery(provider: string) {
  return queryOptions({
    queryKey: ['platforms', provider, 'events'],
    queryFn: async () => {
      const params = { path: { provider }, query: { limit: 20 } };
      return (await answer(api.GET('/api/v1/platform-settings/{provider}/events', { params }))).events;
    },
  });
}

const renewed = () => queryClient.invalidateQueries({ queryKey: ['platforms'] });

export async function save(provider: string, fields: Record<string, string | null>) {
  const params = { path: { provider } };
  await answer(api.PUT('/api/v1/platform-settings/{provider}', { params, body: { fields: fields as never } }));
  await renewed();
}

export async function test(provider: string) {
  const result = await answer(
    api.POST('/api/v1/platform-settings/{provider}/test', { params: { path: { provider } } }),
  );
  await renewed();
  return result;
}

export async function takeAway(provider: string) {
  await answer(api.DELETE('/api/v1/platform-settings/{provider}', { params: { path: { provider } } }));
  await renewed();
}
