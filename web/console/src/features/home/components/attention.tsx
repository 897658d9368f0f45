/** What waits for a person, the worst first; each line opens what it is about. */
import { Button } from '@mantine/core';
import { IconAlertOctagon, IconPlugConnectedX, IconTrendingDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '@/lib/api/client';
import { useMay } from '@/lib/session';
import { EmptyState } from '@/shared/components/empty-state';
import { units } from '@/shared/format/number';
import { platformsQuery } from '../api/attention';
import { words } from '../words';
import classes from './attention.module.css';

type Item = Schemas['StockItem'];
const SHOWN = 6;

interface AttentionProps {
  short: readonly Item[] | undefined;
  low: readonly Item[] | undefined;
}

export function Attention({ short = [], low = [] }: AttentionProps) {
  const mayReadSettings = useMay('settings:read');
  const platforms = useQuery({ ...platformsQuery, enabled: mayReadSettings }).data?.platforms ?? [];
  const failing = platforms.filter(({ status }) => status === 'failing');
  if (short.length + low.length + failing.length === 0) {
    return (
      <EmptyState
        title={words().nothingTitle}
        lead={words().nothingLead}
        action={
          <Button component={Link} to="/stock" variant="default">
            {words().openStock}
          </Button>
        }
      />
    );
  }
  return (
    <ul className={classes.list}>
      {short.slice(0, SHOWN).map((item) => (
        <li key={item.id} data-kind="bad">
          <Link to="/stock/$itemId" params={{ itemId: item.id }}>
            <IconAlertOctagon size={17} aria-hidden="true" />
            <span>
              <strong>{item.title}</strong>
              <small>{words().shortLine(units(item.totals.shortfall))}</small>
            </span>
          </Link>
        </li>
      ))}
      {failing.map(({ provider }) => (
        <li key={provider} data-kind="bad">
          <Link to="/settings">
            <IconPlugConnectedX size={17} aria-hidden="true" />
            <span>
              <strong>{provider}</strong>
              <small>{words().platformLine}</small>
            </span>
          </Link>
        </li>
      ))}
      {low.slice(0, SHOWN).map((item) => (
        <li key={item.id} data-kind="warn">
          <Link to="/stock/$itemId" params={{ itemId: item.id }}>
            <IconTrendingDown size={17} aria-hidden="true" />
            <span>
              <strong>{item.title}</strong>
              <small>{words().lowLine(units(item.totals.available), units(item.reorder_point ?? 0))}</small>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
