import { Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { BoardSearch, Numbered } from '../search';
import { words } from '../words';
import classes from './board.module.css';

interface BoardHeadProps {
  sort: BoardSearch['sort'];
  onSort(sort: BoardSearch['sort']): void;
}

/** Largest first, smallest first, by SKU again. */
function next(sort: BoardSearch['sort'], by: Numbered): BoardSearch['sort'] {
  if (sort === `-${by}`) return by;
  return sort === by ? undefined : `-${by}`;
}

export function BoardHead({ sort, onSort }: BoardHeadProps) {
  const numbers: [Numbered, string][] = [
    ['on_hand', words().onHand],
    ['reserved', words().reserved],
    ['allocated', words().allocated],
    ['safety', words().safety],
    ['available', words().available],
  ];
  const sortable = (by: Numbered, name: string) => {
    const isBy = sort === by || sort === `-${by}`;
    const order = isBy ? (sort === by ? 'ascending' : 'descending') : 'none';
    const Icon = sort === by ? IconArrowUp : IconArrowDown;
    return (
      <div key={by} role="columnheader" aria-sort={order} data-column={by} data-num={by !== 'updated_at' || undefined}>
        <button type="button" onClick={() => onSort(next(sort, by))} data-on={isBy || undefined}>
          {isBy && <Icon size={13} aria-hidden="true" />}
          {name}
        </button>
      </div>
    );
  };
  return (
    <div role="rowgroup" className={classes.headGroup}>
      <div role="row" className={classes.head}>
        <div role="columnheader">{words().item}</div>
        <div role="columnheader" data-column="state">
          {words().state}
        </div>
        <div role="columnheader" data-column="makeup">
          {words().makeup}
        </div>
        {numbers.map(([by, name]) => sortable(by, name))}
        <div role="columnheader" data-column="trail">
          <Tooltip label={words().trailHint}>
            <span>{words().trail}</span>
          </Tooltip>
        </div>
        {sortable('updated_at', words().changed)}
      </div>
    </div>
  );
}
