/** A strip of reservations that wait for their buyers: they appear, count down, and are confirmed or dissolve. */
import { useMemo } from 'react';
import { units } from '@/shared/format/number';
import { countdown } from '@/shared/format/time';
import { useNow } from '@/shared/hooks/use-now';
import type { Reservations } from '../reservations';
import { words } from '../words';
import classes from './holds.module.css';

/** As many as fit and can be read. */
const SHOWN = 48;
/** So long an ended one stands in its place. */
const LINGERS_MS = 4_000;
/** From here on it is urgent. */
const URGENT_MS = 30_000;

interface HoldsProps {
  reservations: Reservations;
  /** What the item says is reserved: the ledger that is loaded may not reach back to all of it. */
  reserved: number;
}

export function Holds({ reservations, reserved }: HoldsProps) {
  const now = useNow();
  const soonest = useMemo(
    () => reservations.open.toSorted((one, other) => one.expiresAt - other.expiresAt),
    [reservations],
  );
  const open = soonest.filter(({ expiresAt }) => expiresAt > now);
  const ended = reservations.ended.filter(({ at }) => now - at < LINGERS_MS);
  const known = open.reduce((sum, { quantity }) => sum + quantity, 0);
  const older = reserved - known;
  if (open.length === 0 && ended.length === 0 && reserved === 0)
    return <p className={classes.none}>{words().holdsEmpty}</p>;
  return (
    <>
      <ul className={classes.strip} data-testid="holds">
        {open.slice(0, SHOWN).map(({ id, quantity, expiresAt }) => (
          <li key={id} className={classes.hold} data-urgent={expiresAt - now < URGENT_MS || undefined}>
            <strong>{units(quantity)}</strong>
            <span>{countdown(expiresAt - now)}</span>
          </li>
        ))}
        {ended.slice(0, SHOWN).map(({ id, quantity, how }) => (
          <li key={id} className={classes.hold} data-how={how}>
            <strong>{units(quantity)}</strong>
            <span>{words()[how]}</span>
          </li>
        ))}
      </ul>
      {older > 0 && open.length > 0 && <p className={classes.none}>{words().holdsOlder(units(older))}</p>}
    </>
  );
}
