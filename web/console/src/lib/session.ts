/** Who is signed in, for which organization, and what they may do. */
import { type Query, queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api, rememberCsrf, type Schemas } from './api/client';
import { Problem } from './api/problem';
import { queryClient } from './query-client';

export interface Session {
  current: Schemas['CurrentSession'];
  person: Schemas['Person'];
  organizations: Schemas['OwnOrganizationView'][];
}

async function fetchSession(): Promise<Session | null> {
  try {
    // All at once: on a slow line each turn is half a second.
    const [current, person, mine] = await Promise.all([
      answer(api.GET('/api/v1/sessions/current')),
      answer(api.GET('/api/v1/people/me')),
      answer(api.GET('/api/v1/organizations')),
    ]);
    rememberCsrf(current.csrf_token);
    return { current, person, organizations: mine.organizations };
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: fetchSession, staleTime: 60_000 });

/** The session, inside the shell, which is not drawn without one. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('the shell was drawn without a session');
  return data;
}

/** Whether the session may do something, as the hub sees it. */
export function useMay(permission: string): boolean {
  return useSession().current.permissions.includes(permission);
}

const isOfASession = ({ queryKey }: Query) => queryKey[0] !== 'session';

/**
 * Asks anew who is signed in and for which organization, and forgets what belonged to another: what is on the screen is
 * asked for again, the rest is gone.
 */
export async function renewSession(): Promise<Session | null> {
  const session = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
  queryClient.removeQueries({ type: 'inactive', predicate: isOfASession });
  await queryClient.resetQueries({ predicate: isOfASession });
  return session;
}
