import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/lib/api/client';
import { queryClient } from '@/lib/query-client';
import { sessionQuery } from '@/lib/session';

export type SignedInBrowser = Schemas['Session'];

export const sessionsQuery = queryOptions({
  queryKey: ['profile', 'sessions'],
  queryFn: async () => (await answer(api.GET('/api/v1/sessions'))).sessions,
});

export async function rename(name: string) {
  await answer(api.PATCH('/api/v1/people/me', { body: { name } }));
  await queryClient.invalidateQueries(sessionQuery);
}

export async function changePassword(current: string, next: string) {
  await answer(api.POST('/api/v1/people/me/password', { body: { current, new: next } }));
  await queryClient.invalidateQueries(sessionsQuery);
}

export async function endSession(id: string) {
  await answer(api.DELETE('/api/v1/sessions/{session_id}', { params: { path: { session_id: id } } }));
  await queryClient.invalidateQueries(sessionsQuery);
}

export type Identity = Schemas['ExternalIdentity'];

export const identitiesQuery = queryOptions({
  queryKey: ['profile', 'identities'],
  queryFn: async () => (await answer(api.GET('/api/v1/people/me/identities'))).identities,
});

export async function unlink(id: string) {
  const params = { path: { identity_id: id } };
  await answer(api.DELETE('/api/v1/people/me/identities/{identity_id}', { params }));
  await queryClient.invalidateQueries(identitiesQuery);
}
