/** What a visitor may ask of the hub. Whoever gets in is remembered by the session query. */
import * as v from 'valibot';
import { answer, api, rememberCsrf } from '@/lib/api/client';
import { renewSession } from '@/lib/session';

/** Asks something whose answer begins a session, and learns who it is. */
async function enter(asked: Promise<{ csrf_token: string }>): Promise<void> {
  const begun = await asked;
  rememberCsrf(begun.csrf_token);
  await renewSession();
}

const secondStep = v.object({ step: v.literal('second_factor'), ticket: v.string() });

/** Signs in, or gives the ticket with which a second factor ends signing in. */
export async function signIn(email: string, password: string): Promise<string | undefined> {
  const begun = await answer(api.POST('/api/v1/sessions', { body: { email, password } }));
  const asked = v.safeParse(secondStep, begun);
  if (asked.success) return asked.output.ticket;
  await enter(Promise.resolve(begun));
  return undefined;
}

export function giveCode(ticket: string, code: string): Promise<void> {
  return enter(answer(api.POST('/api/v1/sessions/second-factor', { body: { ticket, code } })));
}

export function verify(token: string, password: string): Promise<void> {
  return enter(answer(api.POST('/api/v1/people/verify', { body: { token, password } })));
}

export function accept(token: string, password: string, name: string | undefined): Promise<void> {
  return enter(answer(api.POST('/api/v1/invitations/accept', { body: { token, password, name: name ?? null } })));
}

export async function signUp(body: { email: string; password: string; name: string; organization: string }) {
  await answer(api.POST('/api/v1/people/sign-up', { body }));
}

export async function forgot(email: string) {
  await answer(api.POST('/api/v1/people/forgot', { body: { email } }));
}

export async function resetPassword(token: string, password: string) {
  await answer(api.POST('/api/v1/people/reset', { body: { token, password } }));
}

export function lookAtInvitation(token: string) {
  return answer(api.POST('/api/v1/invitations/look', { body: { token } }));
}
