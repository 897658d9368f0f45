/** The hub's API, typed from its OpenAPI document. The only place that calls `fetch`. */
import createClient, { type Middleware } from 'openapi-fetch';
import { Problem, problemOf } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

let csrfToken: string | undefined;
let onSignedOut: () => void = () => undefined;

/** What writes carry from now on; every session has its own. */
export function rememberCsrf(token: string | undefined): void {
  csrfToken = token;
}

/** Called when the hub says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

const session: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrfToken !== undefined) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401 && csrfToken !== undefined) {
      csrfToken = undefined;
      onSignedOut();
    }
    return response;
  },
};

export const api = createClient<paths>({
  // Tests have no page and a `fetch` of their own.
  baseUrl: globalThis.location?.origin ?? 'http://localhost',
  fetch: (request) => globalThis.fetch(request),
  credentials: 'same-origin',
});
api.use(session);

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or its problem thrown. */
export async function answer<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asked.catch(() => {
    throw Problem.unreached();
  });
  if (!response.ok) throw problemOf(response, error);
  return data as Data;
}

/** The header that makes a write happen once, however often it is sent. */
export function once(): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': crypto.randomUUID() };
}
