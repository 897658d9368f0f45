/** All items, as many as there are: only the rows in sight are drawn. */
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useKeys } from '@/lib/keyboard';
import { useDensity } from '@/lib/preferences';
import type { Item } from '../api/items';
import type { BoardSearch } from '../search';
import { words } from '../words';
import classes from './board.module.css';
import { BoardHead } from './board-head';
import { BoardRow } from './board-row';

interface BoardProps {
  items: readonly Item[];
  sort: BoardSearch['sort'];
  onSort(sort: BoardSearch['sort']): void;
  selected: ReadonlySet<string>;
  onSelect(selected: ReadonlySet<string>): void;
  /** The last rows are in sight. */
  onEnd(): void;
}

/** The set without the id if it is in it, with it otherwise. */
function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selected);
  if (!next.delete(id)) next.add(id);
  return next;
}

const NEAR_END = 40;
const isPhone = () => matchMedia('(max-width: 700px)').matches;

export function Board({ items, sort, onSort, selected, onSelect, onEnd }: BoardProps) {
  const frame = useRef<HTMLDivElement>(null);
  const density = useDensity();
  const navigate = useNavigate();
  const [cursor, setCursor] = useState<number>();
  const rowHeight = isPhone() ? 60 : density === 'compact' ? 32 : 44;
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is what makes measuring anew worth it
  useEffect(() => rows.measure(), [rows, rowHeight]);

  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last > items.length - NEAR_END) onEnd();
  }, [last, items.length, onEnd]);

  const move = (by: number) => {
    const next = Math.min(Math.max((cursor ?? -1) + by, 0), items.length - 1);
    setCursor(next);
    rows.scrollToIndex(next);
  };
  const here = cursor === undefined ? undefined : items[cursor];
  const toggle = (id: string) => onSelect(toggled(selected, id));
  useKeys([
    { keys: 'j', does: words().next, run: () => move(1) },
    { keys: 'k', does: words().previous, run: () => move(-1) },
    { keys: 'x', does: words().select, run: () => here && toggle(here.id) },
    {
      keys: 'Enter',
      does: words().open,
      run: () => here && void navigate({ to: '/stock/$itemId', params: { itemId: here.id } }),
    },
  ]);

  return (
    <div
      ref={frame}
      className={classes.frame}
      role="table"
      aria-rowcount={items.length}
      aria-label={words().title}
      tabIndex={0}
    >
      <BoardHead sort={sort} onSort={onSort} />
      <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {shown.map(({ index, start }) => {
          const item = items[index];
          return (
            item && (
              <BoardRow
                key={item.id}
                item={item}
                index={index}
                top={start}
                height={rowHeight}
                isHere={index === cursor}
                isSelected={selected.has(item.id)}
              />
            )
          );
        })}
      </div>
    </div>
  );
}
