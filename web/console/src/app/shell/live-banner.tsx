/** While the screen is not live, it says how old it is and when it tries again. */
import { IconCloudOff } from '@tabler/icons-react';
import { live, useLiveStatus } from '@/lib/live';
import { age } from '@/shared/format/time';
import { useNow } from '@/shared/hooks/use-now';
import { words } from '../words';
import classes from './banner.module.css';

/** A short gap is nobody's business. */
const SHOWN_AFTER_MS = 4_000;

export function LiveBanner() {
  const { phase, heardAt, retryAt } = useLiveStatus();
  const now = useNow();
  const isAway = phase === 'waiting' || phase === 'ended' || phase === 'connecting';
  if (!isAway || heardAt === undefined || now - heardAt < SHOWN_AFTER_MS) return null;
  return (
    <div className={classes.banner} data-kind="warn">
      <IconCloudOff size={16} aria-hidden="true" />
      <span className="tabular">
        {phase === 'ended' ? words().ended : `${words().offline}: ${words().dataAge(age(now - heardAt))}`}
        {retryAt !== undefined && retryAt > now && `, ${words().retryIn(age(retryAt - now))}`}
      </span>
      {phase === 'waiting' && (
        <button type="button" onClick={() => live.wake()}>
          {words().tryNow}
        </button>
      )}
    </div>
  );
}
