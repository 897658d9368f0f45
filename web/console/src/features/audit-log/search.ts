/** What stands in the audit log's URL. */
import * as v from 'valibot';

const search = v.object({
  text: v.optional(v.fallback(v.string(), '')),
  /** How an action begins: `key.`. */
  action: v.optional(v.fallback(v.string(), '')),
  actor: v.optional(v.fallback(v.picklist(['person', 'api_key', 'hub']), 'person')),
});
export type AuditSearch = v.InferOutput<typeof search>;

export function parseAuditSearch(input: Record<string, unknown>): AuditSearch {
  return v.parse(search, input);
}
