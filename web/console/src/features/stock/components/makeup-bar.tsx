/** Where an item's units are: one thin bar of what is held, promised, kept back and free. */
import type { Schemas } from '@/lib/api/client';
import { units } from '@/shared/format/number';
import { words } from '../words';
import classes from './makeup-bar.module.css';

export function MakeupBar({ totals }: { totals: Schemas['Counters'] }) {
  const { reserved, allocated, safety, available, on_hand: onHand } = totals;
  const whole = Math.max(onHand, reserved + allocated + safety + available, 1);
  const parts = [
    { name: words().allocated, units: allocated, kind: 'allocated' },
    { name: words().reserved, units: reserved, kind: 'reserved' },
    { name: words().safety, units: safety, kind: 'safety' },
    { name: words().available, units: available, kind: 'available' },
  ].filter((part) => part.units > 0);
  const label = parts.map((part) => `${part.name} ${units(part.units)}`).join(' · ');
  return (
    <div className={classes.bar} role="img" aria-label={label || units(0)} title={label}>
      {parts.map(({ kind, units: size }) => (
        <span key={kind} data-kind={kind} style={{ width: `${(size / whole) * 100}%` }} />
      ))}
    </div>
  );
}
