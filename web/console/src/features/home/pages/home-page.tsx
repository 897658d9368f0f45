import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useMetrics } from '@/lib/metrics';
import { useMay, useSession } from '@/lib/session';
import { Page, Section } from '@/shared/components/page';
import { Stat, Stats } from '@/shared/components/stat';
import { milliseconds, units } from '@/shared/format/number';
import { MOST, stateQuery } from '../api/attention';
import { Attention } from '../components/attention';
import { MovingNow } from '../components/moving-now';
import { useMovers } from '../live';
import { words } from '../words';
import classes from './home-page.module.css';

const LiveChart = lazy(() => import('@/shared/components/live-chart').then((m) => ({ default: m.LiveChart })));

/** A count, or that there are more than anybody counts. */
function count(items: readonly unknown[] | undefined): string {
  if (!items) return '–';
  return items.length === MOST ? `${MOST}+` : units(items.length);
}

export function HomePage() {
  const { person } = useSession();
  const mayRead = useMay('stock:read');
  const samples = useMetrics();
  const latest = samples.at(-1);
  const movers = useMovers();
  const low = useQuery({ ...stateQuery('low'), enabled: mayRead }).data?.items;
  const out = useQuery({ ...stateQuery('out'), enabled: mayRead }).data?.items;
  const short = useQuery({ ...stateQuery('short'), enabled: mayRead }).data?.items;
  const held = useQuery({ ...stateQuery('held'), enabled: mayRead }).data?.items;

  return (
    <Page title={words().title(person.name)} lead={words().lead}>
      <Stats>
        <Stat
          name={words().reservations}
          value={latest ? units(Math.round(latest.reservations_per_s)) : '–'}
          unit={words().perSecond}
          note={latest && words().refusals(units(Math.round(latest.refusals_per_s)))}
          link={{ to: '/flash-sale' }}
        />
        <Stat
          name={words().answered}
          value={latest?.commands_per_s ? milliseconds(latest.p99_ms) : '–'}
          unit={words().ms}
          note={words().p99}
        />
        <Stat
          name={words().held}
          value={count(held)}
          note={words().heldNote}
          link={{ to: '/stock', search: { only: 'held' } }}
        />
        <Stat
          name={words().low}
          value={count(low)}
          note={words().lowNote}
          kind={low?.length ? 'warn' : undefined}
          link={{ to: '/stock', search: { only: 'low' } }}
        />
        <Stat
          name={words().out}
          value={count(out)}
          note={words().outNote}
          link={{ to: '/stock', search: { only: 'out' } }}
        />
        <Stat
          name={words().short}
          value={count(short)}
          note={words().shortNote}
          kind={short?.length ? 'bad' : undefined}
          link={{ to: '/stock', search: { only: 'short' } }}
        />
      </Stats>
      <div className={classes.columns}>
        <div>
          <section className={classes.chart}>
            <Suspense fallback={<div style={{ height: 232 }} />}>
              <LiveChart
                samples={samples.map(({ at, reservations_per_s: value }) => ({ at, value }))}
                label={words().chart}
                unit={words().chartUnit}
                height={204}
              />
            </Suspense>
          </section>
          <Section title={words().moving} lead={words().movingLead}>
            <MovingNow movers={movers} />
          </Section>
        </div>
        <Section title={words().decide} lead={words().decideLead}>
          <Attention short={short} low={low} />
        </Section>
      </div>
    </Page>
  );
}
