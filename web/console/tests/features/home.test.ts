import { expect, test } from 'vitest';
import { withMoves } from '@/features/home/live';

const row = (item_id: string, second: number) => ({
  item_id,
  sku: item_id,
  available: second,
  at: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`,
});

test('what moves again stays where it stands; what moves for the first time comes on top, and the longest still go', () => {
  let movers = withMoves([], [row('a', 1), row('b', 2)]);
  expect(movers.map(({ item_id }) => item_id)).toEqual(['a', 'b']);
  movers = withMoves(movers, [row('b', 3)]);
  expect(movers.map(({ item_id, trail }) => [item_id, trail.length])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  for (const [n, id] of ['c', 'd', 'e', 'f', 'g', 'h', 'i'].entries()) movers = withMoves(movers, [row(id, 10 + n)]);
  expect(movers).toHaveLength(8);
  expect(movers.map(({ item_id }) => item_id)).toEqual(['i', 'h', 'g', 'f', 'e', 'd', 'c', 'b']);
});
