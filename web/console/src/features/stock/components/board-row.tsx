import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { LiveNumber } from '@/shared/components/live-number';
import { Moment } from '@/shared/components/moment';
import { Sparkline } from '@/shared/components/sparkline';
import type { Item } from '../api/items';
import { trailOf } from '../recent';
import { words } from '../words';
import classes from './board.module.css';
import { MakeupBar } from './makeup-bar';
import { StateChip } from './state-chip';

interface BoardRowProps {
  item: Item;
  index: number;
  top: number;
  height: number;
  isHere: boolean;
  isSelected: boolean;
}

/** One item. Drawn again only when its own numbers change. */
export const BoardRow = memo(function BoardRow({ item, index, top, height, isHere, isSelected }: BoardRowProps) {
  const { totals } = item;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ transform: `translateY(${top}px)`, height }}
      data-here={isHere || undefined}
      data-selected={isSelected || undefined}
      data-sku={item.sku}
    >
      <div role="cell" className={classes.item}>
        <Link to="/stock/$itemId" params={{ itemId: item.id }} className={classes.link}>
          <span className={classes.title}>{item.title}</span>
          <span className={classes.sku}>
            {item.sku}
            {item.is_bundle && ` · ${words().bundle}`}
          </span>
        </Link>
      </div>
      <div role="cell" data-column="state">
        <StateChip item={item} />
      </div>
      <div role="cell" data-column="makeup">
        <MakeupBar totals={totals} />
      </div>
      <div role="cell" data-num data-column="on_hand">
        <LiveNumber value={totals.on_hand} isQuietAtZero />
      </div>
      <div role="cell" data-num data-column="reserved">
        <LiveNumber value={totals.reserved} isQuietAtZero />
      </div>
      <div role="cell" data-num data-column="allocated">
        <LiveNumber value={totals.allocated} isQuietAtZero />
      </div>
      <div role="cell" data-num data-column="safety">
        <LiveNumber value={totals.safety} isQuietAtZero />
      </div>
      <div role="cell" data-num data-column="available" className={classes.available}>
        <LiveNumber value={totals.available} />
      </div>
      <div role="cell" data-column="trail">
        <Sparkline points={trailOf(item.id)} current={totals.available} />
      </div>
      <div role="cell" data-column="updated_at" className="quiet">
        <Moment at={item.updated_at} />
      </div>
    </div>
  );
});
