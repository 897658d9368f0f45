/** An item's state in a word with its icon. */
import { IconAlertOctagon, IconCircleX, IconTrendingDown } from '@tabler/icons-react';
import type { Item } from '../api/items';
import { words } from '../words';
import classes from './state-chip.module.css';

export type State = 'short' | 'out' | 'low' | 'ok';

export function stateOf({ totals, is_low }: Pick<Item, 'totals' | 'is_low'>): State {
  if (totals.shortfall > 0) return 'short';
  if (totals.available === 0) return 'out';
  return is_low ? 'low' : 'ok';
}

const ICONS = { short: IconAlertOctagon, out: IconCircleX, low: IconTrendingDown };

export function StateChip({ item }: { item: Pick<Item, 'totals' | 'is_low'> }) {
  const state = stateOf(item);
  if (state === 'ok') return null;
  const Icon = ICONS[state];
  return (
    <span className={classes.chip} data-state={state} title={words().stateHints[state]}>
      <Icon size={13} aria-hidden="true" />
      {words().states[state]}
    </span>
  );
}
