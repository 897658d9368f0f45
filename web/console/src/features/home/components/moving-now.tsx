/** The items that moved last, each with the way it went. */
import { Link } from '@tanstack/react-router';
import { LiveNumber } from '@/shared/components/live-number';
import { Moment } from '@/shared/components/moment';
import { Sparkline } from '@/shared/components/sparkline';
import type { Mover } from '../live';
import { words } from '../words';
import classes from './moving-now.module.css';

export function MovingNow({ movers }: { movers: readonly Mover[] }) {
  if (movers.length === 0) return <p className={classes.none}>{words().movingEmpty}</p>;
  return (
    <ul className={classes.list}>
      {movers.map(({ item_id, sku, available, at, trail }) => (
        <li key={item_id}>
          <Link to="/stock/$itemId" params={{ itemId: item_id }}>
            <span className={classes.sku}>{sku}</span>
            <Sparkline points={trail} current={available} width={120} />
            <span className={classes.number}>
              <LiveNumber value={available} /> <small>{words().available}</small>
            </span>
            <small className={classes.when}>
              <Moment at={at} />
            </small>
          </Link>
        </li>
      ))}
    </ul>
  );
}
