import { useState } from 'react';
import { useMetrics } from '@/lib/metrics';
import { useSession } from '@/lib/session';
import { EmptyState } from '@/shared/components/empty-state';
import { LiveChart } from '@/shared/components/live-chart';
import { Page, Section } from '@/shared/components/page';
import { Stat, Stats } from '@/shared/components/stat';
import { milliseconds, units } from '@/shared/format/number';
import classes from '../components/cockpit.module.css';
import { PickItems } from '../components/pick-items';
import { SellThrough } from '../components/sell-through';
import { usePickedItems } from '../live';
import { keepPicked, MOST_PICKED, type Picked, readPicked } from '../picked';
import { words } from '../words';

export function CockpitPage() {
  const organization = useSession().current.organization_id ?? '';
  const [picked, setPicked] = useState(() => readPicked(organization));
  const items = usePickedItems(picked.map(({ id }) => id));
  const samples = useMetrics();
  const latest = samples.at(-1);
  const peak = (of: (sample: (typeof samples)[number]) => number) => units(Math.round(Math.max(0, ...samples.map(of))));
  const keep = (next: Picked[]) => {
    keepPicked(organization, next);
    setPicked(next);
  };
  const series = (of: (sample: (typeof samples)[number]) => number) =>
    samples.map((sample) => ({ at: sample.at, value: of(sample) }));

  return (
    <Page title={words().title} lead={words().lead}>
      <Stats>
        <Stat
          name={words().reservations}
          value={latest ? units(Math.round(latest.reservations_per_s)) : '–'}
          unit={words().perSecond}
          note={words().peak(peak((one) => one.reservations_per_s))}
        />
        <Stat
          name={words().refusals}
          value={latest ? units(Math.round(latest.refusals_per_s)) : '–'}
          unit={words().perSecond}
          note={words().peak(peak((one) => one.refusals_per_s))}
        />
        <Stat name={words().p50} value={latest?.commands_per_s ? milliseconds(latest.p50_ms) : '–'} unit={words().ms} />
        <Stat name={words().p99} value={latest?.commands_per_s ? milliseconds(latest.p99_ms) : '–'} unit={words().ms} />
        <Stat
          name={words().commit}
          value={latest?.commands_per_s ? milliseconds(latest.commit_ms) : '–'}
          unit={words().ms}
          note={words().commitNote}
        />
      </Stats>
      <div className={classes.charts}>
        <LiveChart
          samples={series((one) => one.reservations_per_s)}
          label={words().chartReservations}
          unit={words().chartUnit}
          height={150}
        />
        <LiveChart
          samples={series((one) => one.refusals_per_s)}
          label={words().chartRefusals}
          unit={words().chartUnit}
          height={150}
        />
        <LiveChart samples={series((one) => one.p99_ms)} label={words().chartP99} unit={words().ms} height={150} />
      </div>
      <Section
        title={words().sellThrough}
        lead={words().sellThroughLead}
        actions={
          picked.length < MOST_PICKED && (
            <PickItems
              onPick={({ id, sku, title, totals }) => {
                const rest = picked.filter((one) => one.id !== id);
                keep([...rest, { id, sku, title, startedWith: totals.available + totals.reserved }]);
              }}
            />
          )
        }
      >
        {picked.length === 0 ? (
          <EmptyState title={words().emptyTitle} lead={words().emptyLead} />
        ) : (
          <SellThrough picked={picked} items={items} onRemove={(id) => keep(picked.filter((one) => one.id !== id))} />
        )}
      </Section>
    </Page>
  );
}
