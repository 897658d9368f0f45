/** What stands in the URLs of the stock screens: filters, sort, the moment looked at. */
import * as v from 'valibot';

export const STATES = ['low', 'out', 'held', 'short'] as const;
export const NUMBERS = ['available', 'on_hand', 'reserved', 'allocated', 'safety', 'updated_at'] as const;
export type Numbered = (typeof NUMBERS)[number];

const board = v.object({
  /** Part of a SKU or a title. */
  q: v.optional(v.fallback(v.string(), '')),
  only: v.optional(v.fallback(v.picklist(STATES), 'low')),
  sort: v.optional(v.fallback(v.picklist(NUMBERS.flatMap((one) => [one, `-${one}`] as const)), '-available')),
});
export type BoardSearch = v.InferOutput<typeof board>;

export function parseBoardSearch(input: Record<string, unknown>): BoardSearch {
  return v.parse(board, input);
}

const item = v.object({
  /** The moment looked at; now when there is none. */
  at: v.optional(v.fallback(v.pipe(v.string(), v.isoTimestamp()), '')),
});
export type ItemSearch = v.InferOutput<typeof item>;

export function parseItemSearch(input: Record<string, unknown>): ItemSearch {
  const { at } = v.parse(item, input);
  return at ? { at } : {};
}
