/** How far each item is: what is left, what is held, what is promised, of what there was. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '@/lib/api/client';
import { LiveNumber } from '@/shared/components/live-number';
import { percent } from '@/shared/format/number';
import type { Picked } from '../picked';
import { words } from '../words';
import classes from './cockpit.module.css';

interface SellThroughProps {
  picked: readonly Picked[];
  items: readonly (Schemas['StockItemWithLevels'] | undefined)[];
  onRemove(id: string): void;
}

export function SellThrough({ picked, items, onRemove }: SellThroughProps) {
  return (
    <ul className={classes.items}>
      {picked.map(({ id, sku, title, startedWith }, n) => {
        const totals = items[n]?.totals;
        const left = totals?.available ?? startedWith;
        const held = totals?.reserved ?? 0;
        const gone = Math.max(startedWith - left - held, 0);
        const share = (part: number) => `${startedWith === 0 ? 0 : Math.min((part / startedWith) * 100, 100)}%`;
        return (
          <li key={id}>
            <Link to="/stock/$itemId" params={{ itemId: id }} className={classes.name}>
              {title} <small>{sku}</small>
            </Link>
            <span className={classes.figure}>
              <LiveNumber value={left} /> <small>{words().left}</small>
            </span>
            <span className={classes.figure}>
              <LiveNumber value={held} isQuietAtZero /> <small>{words().held}</small>
            </span>
            <span className={classes.figure}>
              <strong>{percent(gone, startedWith)}</strong> <small>{words().progress}</small>
            </span>
            <Tooltip label={words().remove}>
              <ActionIcon
                variant="subtle"
                color="gray"
                onClick={() => onRemove(id)}
                aria-label={`${words().remove} ${sku}`}
              >
                <IconX size={15} />
              </ActionIcon>
            </Tooltip>
            <div className={classes.bar} aria-hidden="true">
              <span data-kind="gone" style={{ width: share(gone) }} />
              <span data-kind="held" style={{ width: share(held) }} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}
