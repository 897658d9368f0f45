import * as v from 'valibot';
import { ownPath } from './search';

/** The token that a letter's link carries behind its #, where browsers send it to nobody. */
export function linkToken(): string | undefined {
  return behindTheHash('token');
}

/** The ticket for the second factor of somebody who comes from a provider, and the page they wanted. */
export function ticketOfSignOn(): { ticket: string; to: string } | undefined {
  const ticket = behindTheHash('ticket');
  return ticket === undefined ? undefined : { ticket, to: v.parse(ownPath, behindTheHash('return_to')) };
}

function behindTheHash(name: string): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get(name) ?? undefined;
}
