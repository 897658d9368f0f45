/** What loaded data becomes when what the socket told is put into it. Pure; `live.ts` and the queries call it. */
import type { InfiniteData } from '@tanstack/react-query';
import type { Schemas } from '@/lib/api/client';

type Item = Schemas['StockItem'];
type ItemWithLevels = Schemas['StockItemWithLevels'];
type Movement = Schemas['StockMovement'];

/** A row of the topic `stock`: an item's totals over all locations. */
export interface LiveRow {
  item_id: string;
  sku: string;
  on_hand: number;
  reserved: number;
  allocated: number;
  safety: number;
  available: number;
  incoming: number;
  shortfall: number;
  reorder_point: number | null;
  is_low: boolean;
  at: string;
}

type Board = InfiniteData<Schemas['StockItemList'], unknown>;
type Ledger = InfiniteData<Schemas['StockMovementList'], unknown>;

/** The item as the row says it is, unless what was loaded is newer. */
export function patched(item: Item, row: LiveRow): Item {
  if (item.updated_at && Date.parse(row.at) < Date.parse(item.updated_at)) return item;
  const { on_hand, reserved, allocated, safety, available, incoming, shortfall } = row;
  const totals = { on_hand, reserved, allocated, safety, available, incoming, shortfall };
  return { ...item, totals, reorder_point: row.reorder_point, is_low: row.is_low, updated_at: row.at };
}

/** The board with these rows in place; the pages that nothing changed on stay the same objects. */
export function patchBoard(board: Board, rows: ReadonlyMap<string, LiveRow>): Board {
  const pages = board.pages.map((page) => {
    if (!page.items.some(({ id }) => rows.has(id))) return page;
    const items = page.items.map((item) => {
      const row = rows.get(item.id);
      return row ? patched(item, row) : item;
    });
    return { ...page, items };
  });
  return { ...board, pages };
}

type LedgerPage = Schemas['StockMovementList'];

/** A page of the ledger with the newest movements on top, each once. */
export function withFresh(page: LedgerPage, movements: readonly Movement[]): LedgerPage {
  const known = new Set(page.movements.map(({ shard, seq }) => `${shard}:${seq}`));
  const fresh = movements.filter(({ shard, seq }) => !known.has(`${shard}:${seq}`)).toReversed();
  return { ...page, movements: [...fresh, ...page.movements] };
}

/** The ledger with the newest movements on top of its first page. */
export function prepend(ledger: Ledger, movements: readonly Movement[]): Ledger {
  const [first, ...rest] = ledger.pages;
  return first ? { ...ledger, pages: [withFresh(first, movements), ...rest] } : ledger;
}

/** The item's levels after these movements. */
export function withMovements(item: ItemWithLevels, movements: readonly Movement[]): ItemWithLevels {
  const newest = new Map<string, Movement>();
  for (const movement of movements) if (movement.location_id) newest.set(movement.location_id, movement);
  const levels = item.levels.map((level) => {
    const movement = newest.get(level.location_id);
    const isNewer = movement?.after && Date.parse(movement.at) >= Date.parse(level.updated_at);
    return isNewer ? { ...level, ...movement.after, updated_at: movement.at } : level;
  });
  return { ...item, levels };
}
