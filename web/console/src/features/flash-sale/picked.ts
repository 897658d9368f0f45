/** Which items are watched, and what was available when they were picked. Kept in this browser. */
import * as v from 'valibot';

const schema = v.array(v.object({ id: v.string(), sku: v.string(), title: v.string(), startedWith: v.number() }));
export type Picked = v.InferOutput<typeof schema>[number];

const key = (organization: string) => `entrepot.flash-sale.${organization}`;
export const MOST_PICKED = 8;

export function readPicked(organization: string): Picked[] {
  const kept = localStorage.getItem(key(organization));
  try {
    const parsed = v.safeParse(schema, JSON.parse(kept ?? '[]'));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}

export function keepPicked(organization: string, picked: readonly Picked[]): void {
  localStorage.setItem(key(organization), JSON.stringify(picked));
}
