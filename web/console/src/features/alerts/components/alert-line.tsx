import { IconAlertOctagon, IconCircleCheck, IconTrendingDown } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Moment } from '@/shared/components/moment';
import { units } from '@/shared/format/number';
import type { Alert } from '../live';
import { words } from '../words';
import classes from './alerts-centre.module.css';

const ICONS: Record<string, typeof IconCircleCheck> = { low: IconTrendingDown, shortfall: IconAlertOctagon };

export function AlertLine({ alert, onOpen }: { alert: Alert; onOpen(): void }) {
  const Icon = ICONS[alert.kind] ?? IconCircleCheck;
  const number =
    alert.shortfall > 0 ? words().short(units(alert.shortfall)) : words().available(units(alert.available));
  return (
    <li data-kind={alert.kind}>
      <Link to="/stock/$itemId" params={{ itemId: alert.item_id }} onClick={onOpen}>
        <Icon size={16} aria-hidden="true" />
        <span className={classes.what}>
          <strong>{words().kinds[alert.kind] ?? alert.kind}</strong> {alert.title}
          <small className="tabular">
            {alert.sku} · {number}
          </small>
        </span>
        <small>
          <Moment at={alert.at} />
        </small>
      </Link>
    </li>
  );
}
