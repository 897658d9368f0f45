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

interface Place {
  page: number;
  row: number;
}

/** Where each item stands. A patch keeps the board's page parameters, a load makes new ones: places last from load to load. */
const places = new WeakMap<readonly unknown[], ReadonlyMap<string, Place>>();

function placesOf(board: Board): ReadonlyMap<string, Place> {
  const known = places.get(board.pageParams);
  if (known) return known;
  const all = board.pages.flatMap(({ items }, page) => items.map(({ id }, row) => [id, { page, row }] as const));
  const fresh = new Map(all);
  places.set(board.pageParams, fresh);
  return fresh;
}

/** The board with these rows in place, and the rows that it has no place for. What nothing changed on stays the same object. */
export function patchBoard(board: Board, rows: Iterable<LiveRow>): { board: Board; strangers: LiveRow[] } {
  const known = placesOf(board);
  const pages = [...board.pages];
  const copied = new Map<number, Item[]>();
  const strangers: LiveRow[] = [];
  for (const row of rows) {
    const place = known.get(row.item_id);
    const page = place && pages[place.page];
    const item = place && page?.items[place.row];
    if (!place || !page || !item) {
      strangers.push(row);
      continue;
    }
    const items = copied.get(place.page) ?? [...page.items];
    copied.set(place.page, items);
    items[place.row] = patched(item, row);
  }
  for (const [n, items] of copied) {
    const page = pages[n];
    if (page) pages[n] = { ...page, items };
  }
  return { board: { ...board, pages }, strangers };
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
