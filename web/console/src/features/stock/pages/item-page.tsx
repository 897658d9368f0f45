import { Button, Skeleton } from '@mantine/core';
import { IconPlusMinus } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useKeys } from '@/lib/keyboard';
import { useMay } from '@/lib/session';
import { Page, Section } from '@/shared/components/page';
import { ProblemNote } from '@/shared/components/problem-note';
import { itemAtQuery, itemQuery } from '../api/items';
import { movementsQuery } from '../api/movements';
import { AdjustStock } from '../components/adjust-stock';
import { Holds } from '../components/holds';
import { ItemNumbers } from '../components/item-numbers';
import { Ledger } from '../components/ledger';
import { Levels } from '../components/levels';
import { StateChip } from '../components/state-chip';
import { TimeSlider } from '../components/time-slider';
import { useItemLive } from '../live';
import { reservationsIn } from '../reservations';
import { words } from '../words';

const route = getRouteApi('/shell/stock/$itemId');

export function ItemPage() {
  const { itemId } = route.useParams();
  const { at } = route.useSearch();
  const navigate = route.useNavigate();
  const router = useRouter();
  const mayAdjust = useMay('stock:adjust');
  const [isAdjusting, setAdjusting] = useState(false);
  const item = useQuery(itemQuery(itemId));
  const past = useQuery({ ...itemAtQuery(itemId, at ?? ''), enabled: at !== undefined });
  const ledger = useInfiniteQuery(movementsQuery(itemId));
  const movements = useMemo(() => ledger.data?.pages.flatMap((page) => page.movements), [ledger.data]);
  const reservations = useMemo(() => reservationsIn(movements ?? []), [movements]);
  useItemLive(itemId);
  useKeys([
    { keys: 'Escape', does: words().back, run: () => void router.navigate({ to: '/stock' }) },
    { keys: 'e', does: words().adjust, run: () => setAdjusting(mayAdjust) },
  ]);

  if (item.isError && !item.data) return <ProblemNote problem={item.error} onRetry={() => void item.refetch()} />;
  if (!item.data) return <Skeleton height={240} m="lg" />;
  const { sku, title, totals, is_bundle: isBundle } = item.data;
  const levels = at === undefined ? item.data.levels : past.data?.levels;
  const setAt = (next: string | undefined) => void navigate({ search: next ? { at: next } : {}, replace: true });
  return (
    <Page
      title={title}
      lead={
        <>
          <span className="mono">{sku}</span> {isBundle && `· ${words().bundle}`} <StateChip item={item.data} />
        </>
      }
      actions={
        mayAdjust &&
        !isBundle && (
          <Button size="sm" leftSection={<IconPlusMinus size={16} />} onClick={() => setAdjusting(true)}>
            {words().adjust}
          </Button>
        )
      }
    >
      <ItemNumbers id={itemId} totals={totals} reorderPoint={item.data.reorder_point ?? null} />
      {isBundle ? (
        <p className="quiet">{words().bundleLead}</p>
      ) : (
        <>
          <Section title={words().holds} lead={words().holdsLead}>
            <Holds reservations={reservations} reserved={totals.reserved} />
          </Section>
          <Section title={words().levels} actions={<TimeSlider at={at} onChange={setAt} />}>
            <Levels levels={levels} at={at} onNow={() => setAt(undefined)} problem={past.error} />
          </Section>
          <Section title={words().ledger} lead={words().ledgerLead}>
            <Ledger
              movements={movements}
              error={ledger.error}
              locations={item.data.levels}
              {...(ledger.hasNextPage && {
                onMore: () => void ledger.fetchNextPage(),
                isBusy: ledger.isFetchingNextPage,
              })}
            />
          </Section>
        </>
      )}
      {isAdjusting && <AdjustStock item={item.data} onClose={() => setAdjusting(false)} />}
    </Page>
  );
}
