/** The token that a letter's link carries behind its #, where browsers send it to nobody. */
export function linkToken(): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
}
