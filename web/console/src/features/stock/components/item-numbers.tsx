/** The item at a glance: what may be promised, large, and the numbers that it comes from, as a sum one can check. */
import type { Schemas } from '@/lib/api/client';
import { LiveNumber } from '@/shared/components/live-number';
import { Sparkline } from '@/shared/components/sparkline';
import { units } from '@/shared/format/number';
import { words as sharedWords } from '@/shared/words';
import { trailOf } from '../recent';
import { words } from '../words';
import classes from './item-numbers.module.css';
import { MakeupBar } from './makeup-bar';

interface ItemNumbersProps {
  id: string;
  totals: Schemas['Counters'];
  reorderPoint: number | null;
}

export function ItemNumbers({ id, totals, reorderPoint }: ItemNumbersProps) {
  const terms = [
    { sign: '', name: words().onHand, value: totals.on_hand },
    { sign: '−', name: words().reserved, value: totals.reserved },
    { sign: '−', name: words().allocated, value: totals.allocated },
    { sign: '−', name: words().safety, value: totals.safety },
  ];
  const beside = [
    { name: words().incoming, value: units(totals.incoming) },
    { name: words().shortfall, value: units(totals.shortfall) },
    { name: words().reorderPoint, value: reorderPoint === null ? '–' : units(reorderPoint) },
  ];
  return (
    <div className={classes.numbers}>
      <div className={classes.sum}>
        <dl className={classes.available}>
          <dt>{words().available}</dt>
          <dd data-testid="available">
            <LiveNumber value={totals.available} /> <small>{sharedWords().unit(totals.available)}</small>
          </dd>
        </dl>
        <span className={classes.sign} aria-hidden="true">
          =
        </span>
        <dl className={classes.terms}>
          {terms.map(({ sign, name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {sign && <span className={classes.sign}>{sign}</span>}
                <LiveNumber value={value} isQuietAtZero />
              </dd>
            </div>
          ))}
        </dl>
        <div className={classes.trail}>
          <Sparkline points={trailOf(id)} current={totals.available} width={160} height={44} />
          <small>{words().trail}</small>
        </div>
      </div>
      <MakeupBar totals={totals} />
      <dl className={classes.beside}>
        {beside.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt> <dd className="tabular">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
