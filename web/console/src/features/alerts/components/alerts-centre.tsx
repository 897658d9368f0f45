/** The bell: what happened while the console was open. Each line opens what it is about. */
import { ActionIcon, Indicator, Popover } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '@/shared/components/empty-state';
import { alertsQuery, clearAlerts, markRead } from '../live';
import { words } from '../words';
import { AlertLine } from './alert-line';
import classes from './alerts-centre.module.css';

export function AlertsCentre() {
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(alertsQuery);
  const { list, unread } = data ?? { list: [], unread: 0 };
  const toggle = (next: boolean) => {
    setOpen(next);
    if (next) markRead();
  };
  return (
    <Popover opened={isOpen} onChange={toggle} position="bottom-end" width={380} shadow="md" trapFocus>
      <Indicator disabled={unread === 0} label={unread > 99 ? '99+' : unread} size={15} offset={6} color="var(--bad)">
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            onClick={() => toggle(!isOpen)}
            aria-label={words().open(unread)}
          >
            <IconBell size={18} stroke={1.6} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} aria-label={words().title}>
        <div className={classes.head}>
          <h2>{words().title}</h2>
          {list.length > 0 && (
            <button type="button" onClick={clearAlerts}>
              {words().clear}
            </button>
          )}
        </div>
        {list.length === 0 ? (
          <EmptyState title={words().emptyTitle} lead={words().emptyLead} />
        ) : (
          <ul className={classes.list}>
            {list.map((alert) => (
              <AlertLine key={`${alert.item_id}${alert.at}${alert.kind}`} alert={alert} onOpen={() => setOpen(false)} />
            ))}
          </ul>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
