/** What stands in the sign-in screen's URL. */
import * as v from 'valibot';

const search = v.object({
  /** Where to go afterwards; a path of ours only. */
  to: v.optional(v.fallback(v.pipe(v.string(), v.regex(/^\/(?![/\\])/)), '/home')),
  /** Why somebody is here. */
  problem: v.optional(v.fallback(v.string(), '')),
});

export type SignInSearch = v.InferOutput<typeof search>;

export function parseSignInSearch(input: Record<string, unknown>): SignInSearch {
  return v.parse(search, input);
}
