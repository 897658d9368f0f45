/** What stands in the sign-in screen's URL. */
import * as v from 'valibot';

/** Where to go afterwards: a path of ours only, or home. */
export const ownPath = v.fallback(v.pipe(v.string(), v.regex(/^\/(?![/\\])/)), '/home');

const search = v.object({
  to: v.optional(ownPath),
  /** Why somebody is here. */
  problem: v.optional(v.fallback(v.string(), '')),
});

export type SignInSearch = v.InferOutput<typeof search>;

export function parseSignInSearch(input: Record<string, unknown>): SignInSearch {
  return v.parse(search, input);
}
