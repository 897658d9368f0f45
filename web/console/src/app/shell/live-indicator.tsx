/** How live the screen is, always in sight: a colour that comes with a word, and the age of what is shown. */
import { Tooltip } from '@mantine/core';
import { IconCloudOff, IconLoader2 } from '@tabler/icons-react';
import { useLiveStatus } from '@/lib/live';
import type { LiveStatus } from '@/lib/live-client/status';
import { units } from '@/shared/format/number';
import { age } from '@/shared/format/time';
import { useNow } from '@/shared/hooks/use-now';
import { words } from '../words';
import classes from './live-indicator.module.css';

/** So long the good news stands. */
const CAUGHT_UP_SHOWN_MS = 8_000;

function text(status: LiveStatus, now: number): string {
  const { phase, caughtUp, heardAt } = status;
  if (phase === 'live') {
    const isFresh = caughtUp !== undefined && now - caughtUp.at < CAUGHT_UP_SHOWN_MS;
    return isFresh ? words().caughtUp(units(caughtUp.changes)) : words().live;
  }
  if (phase === 'connecting' && heardAt === undefined) return words().connecting;
  return heardAt === undefined ? words().offline : `${words().offline} · ${age(now - heardAt)}`;
}

export function LiveIndicator() {
  const status = useLiveStatus();
  const now = useNow();
  const heard = status.heardAt === undefined ? words().connecting : words().liveSince(age(now - status.heardAt));
  return (
    <Tooltip label={heard}>
      <div className={classes.live} data-phase={status.phase} role="status" data-testid="live">
        {status.phase === 'live' && <span className={classes.dot} aria-hidden="true" />}
        {status.phase === 'connecting' && <IconLoader2 size={14} className={classes.turning} aria-hidden="true" />}
        {(status.phase === 'waiting' || status.phase === 'ended') && <IconCloudOff size={14} aria-hidden="true" />}
        <span className="tabular">{text(status, now)}</span>
      </div>
    </Tooltip>
  );
}
