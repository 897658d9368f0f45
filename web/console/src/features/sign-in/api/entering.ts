/** What a visitor may ask of the hub. Whoever gets in is remembered by the session query. */
import { answer, api, rememberCsrf } from '@/lib/api/client';
import { renewSession } from '@/lib/session';

/** Asks something whose answer begins a session, and learns who it is. */
async function enter(asked: Promise<{ csrf_token: string }>): Promise<void> {
  const begun = await asked;
  rememberCsrf(begun.csrf_token);
  await renewSession();
}

/** Enters, or gives the ticket with which a second factor ends signing in. */
async function enterOrAsk(asked: Promise<{ csrf_token: string } | { ticket: string }>): Promise<string | undefined> {
  const begun = await asked;
  if ('ticket' in begun) return begun.ticket;
  await enter(Promise.resolve(begun));
  return undefined;
}

export function signIn(email: string, password: string): Promise<string | undefined> {
  return enterOrAsk(answer(api.POST('/api/v1/sessions', { body: { email, password } })));
}

export function giveCode(ticket: string, code: string): Promise<void> {
  return enter(answer(api.POST('/api/v1/sessions/second-factor', { body: { ticket, code } })));
}

export function verify(token: string, password: string): Promise<void> {
  return enter(answer(api.POST('/api/v1/people/verify', { body: { token, password } })));
}

export function accept(token: string, password: string, name: string | undefined): Promise<string | undefined> {
  return enterOrAsk(answer(api.POST('/api/v1/invitations/accept', { body: { token, password, name: name ?? null } })));
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

export async function confirmEmail(token: string) {
  await answer(api.POST('/api/v1/people/confirm-email', { body: { token } }));
  await renewSession();
}

export function lookAtInvitation(token: string) {
  return answer(api.POST('/api/v1/invitations/look', { body: { token } }));
}
