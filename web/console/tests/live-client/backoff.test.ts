import { expect, test } from 'vitest';
import { USUAL, waitBefore } from '@/lib/live-client/backoff';

test('waits are drawn from nothing to a bound that doubles, and never beyond the hint', () => {
  expect(waitBefore(0, USUAL, () => 1)).toBe(500);
  expect(waitBefore(3, USUAL, () => 1)).toBe(4_000);
  expect(waitBefore(3, USUAL, () => 0)).toBe(0);
  expect(waitBefore(60, USUAL, () => 1)).toBe(20_000);
  expect(waitBefore(60, { minMs: 10, maxMs: 40 }, () => 0.5)).toBe(20);
});
