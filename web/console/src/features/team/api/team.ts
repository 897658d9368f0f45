import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/lib/api/client';
import { queryClient } from '@/lib/query-client';

export type Member = Schemas['Member'];
export type Invitation = Schemas['Invitation'];
export const ROLES = ['owner', 'admin', 'manager', 'staff', 'viewer'] as const;

/** The role and those below it: what somebody with it may give and take. */
export function rolesWithin(role: string | null | undefined): readonly string[] {
  const names: readonly string[] = ROLES;
  return role ? names.slice(names.indexOf(role)) : [];
}

export const membersQuery = queryOptions({
  queryKey: ['team', 'members'],
  queryFn: async () => (await answer(api.GET('/api/v1/members'))).members,
});

export const invitationsQuery = queryOptions({
  queryKey: ['team', 'invitations'],
  queryFn: async () => (await answer(api.GET('/api/v1/invitations'))).invitations,
});

const renewed = () => queryClient.invalidateQueries({ queryKey: ['team'] });

export async function invite(email: string, role: string) {
  await answer(api.POST('/api/v1/invitations', { body: { email, role } }));
  await renewed();
}

export async function withdraw(id: string) {
  await answer(api.DELETE('/api/v1/invitations/{invitation_id}', { params: { path: { invitation_id: id } } }));
  await renewed();
}

export async function changeRole(member: Member, role: string) {
  const body = { person_id: member.person_id, role, location_ids: member.location_ids ?? null };
  await answer(api.POST('/api/v1/members/change', { body }));
  await renewed();
}

export async function remove(id: string) {
  await answer(api.DELETE('/api/v1/members/{person_id}', { params: { path: { person_id: id } } }));
  await renewed();
}

export async function seeAs(role: string) {
  await answer(api.POST('/api/v1/sessions/current/see-as', { body: { role } }));
}
