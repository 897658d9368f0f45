import { describe, expect, test, vi } from 'vitest';
import type { Item } from '@/features/stock/api/items';
import { boardQuery } from '@/features/stock/api/items';
import type { Movement } from '@/features/stock/api/movements';
import { type LiveRow, patchBoard, prepend } from '@/features/stock/merge';
import { belongs, outOfPlace } from '@/features/stock/news';
import { noteRow } from '@/features/stock/recent';
import { reservationsIn } from '@/features/stock/reservations';
import { parseBoardSearch, parseItemSearch } from '@/features/stock/search';
import { queryClient } from '@/lib/query-client';

const NUMBERS = { on_hand: 10, reserved: 0, allocated: 0, safety: 0, available: 10, incoming: 0, shortfall: 0 };

function item(id: string, available: number, updated_at = '2026-01-01T00:00:05Z'): Item {
  const rest = {
    title: id,
    is_bundle: false,
    backorder_limit: 0,
    reorder_point: null,
    is_low: false,
    variant_id: null,
  };
  return { id, sku: id, ...rest, totals: { ...NUMBERS, available }, updated_at };
}

function row(item_id: string, available: number, at = '2026-01-01T00:00:09Z'): LiveRow {
  return { item_id, sku: item_id, ...NUMBERS, available, reorder_point: null, is_low: false, at };
}

describe('the board', () => {
  const board = {
    pages: [{ items: [item('a', 1), item('b', 2)] }, { items: [item('c', 3)] }],
    pageParams: [null, 'b'],
  };

  test('a row that changed is replaced where it stands, and pages without one stay the same objects', () => {
    const { board: after, strangers } = patchBoard(board, [row('b', 7), row('z', 1)]);
    expect(after.pages[0]?.items.map(({ id, totals }) => [id, totals.available])).toEqual([
      ['a', 1],
      ['b', 7],
    ]);
    expect(after.pages[0]?.items[0]).toBe(board.pages[0]?.items[0]);
    expect(after.pages[1]).toBe(board.pages[1]);
    expect(strangers.map(({ item_id }) => item_id)).toEqual(['z']);
  });

  test('what was loaded later than a row is not taken back by it', () => {
    const { board: after } = patchBoard(board, [row('a', 99, '2026-01-01T00:00:04Z')]);
    expect(after.pages[0]?.items[0]?.totals.available).toBe(1);
  });

  test('an answer that was read before a delta does not bring the past back', async () => {
    noteRow(row('late', 7, '2026-01-01T00:00:09Z'), '2026-01-01T00:00:09Z');
    vi.stubGlobal('fetch', async () => Response.json({ items: [item('late', 3), item('other', 4)], next: null }));
    const page = await queryClient.fetchInfiniteQuery(boardQuery({}));
    vi.unstubAllGlobals();
    expect(page.pages[0]?.items.map(({ totals }) => totals.available)).toEqual([7, 4]);
  });

  test('rows that would stand elsewhere by now are counted, not moved', () => {
    const items = [item('a', 9), item('b', 2), item('c', 5), item('d', 1)];
    expect(outOfPlace(items, '-available')).toBe(1);
    expect(outOfPlace(items, 'available')).toBe(3);
    expect(outOfPlace(items, undefined)).toBe(0);
  });

  test('a stranger belongs to a board whose filter it fits', () => {
    expect(belongs(row('TEE-1', 0), { only: 'out' })).toBe(true);
    expect(belongs(row('TEE-1', 3), { only: 'out' })).toBe(false);
    expect(belongs(row('TEE-1', 3), { q: 'tee' })).toBe(true);
    expect(belongs(row('TEE-1', 3), { q: 'mug' })).toBe(false);
  });

  test('a URL that makes no sense is read as far as it does', () => {
    expect(parseBoardSearch({ q: 'tee', sort: '-available' })).toEqual({ q: 'tee', sort: '-available' });
    expect(parseItemSearch({ at: 'yesterday' })).toEqual({});
    expect(parseItemSearch({ at: '2026-01-01T00:00:00.000Z' })).toEqual({ at: '2026-01-01T00:00:00.000Z' });
  });
});

function movement(seq: number, kind: string, of: Partial<Movement> = {}): Movement {
  return { shard: 1, seq, kind, quantity: 2, at: '2026-01-01T00:00:00Z', command_id: `c${seq}`, ...of };
}

describe('the ledger', () => {
  test('open reservations are those that no newer movement closes, with their last deadline', () => {
    const later = '2026-01-01T00:10:00Z';
    const { open, ended } = reservationsIn([
      movement(6, 'confirmed', { reservation_id: 'r1' }),
      movement(5, 'extended', { reservation_id: 'r2', expires_at: later }),
      movement(4, 'reserved', { reservation_id: 'r2', expires_at: '2026-01-01T00:05:00Z' }),
      movement(3, 'reserved', { reservation_id: 'r2', expires_at: '2026-01-01T00:05:00Z' }),
      movement(2, 'reserved', { reservation_id: 'r1', expires_at: later }),
      movement(1, 'received'),
    ]);
    expect(open).toEqual([{ id: 'r2', quantity: 4, expiresAt: Date.parse(later) }]);
    expect(ended.map(({ id, how }) => [id, how])).toEqual([['r1', 'confirmed']]);
  });

  test('movements that are told twice stand once, the newest first', () => {
    const ledger = { pages: [{ movements: [movement(2, 'received'), movement(1, 'received')] }], pageParams: [null] };
    const after = prepend(ledger, [movement(2, 'received'), movement(3, 'reserved'), movement(4, 'released')]);
    expect(after.pages[0]?.movements.map(({ seq }) => seq)).toEqual([4, 3, 2, 1]);
  });
});
