import { Button } from '@mantine/core';
import type { Schemas } from '@/lib/api/client';
import { type Column, DataTable } from '@/shared/components/data-table';
import { EmptyState } from '@/shared/components/empty-state';
import { Moment } from '@/shared/components/moment';
import { signed, units } from '@/shared/format/number';
import { words as sharedWords } from '@/shared/words';
import type { Movement } from '../api/movements';
import { words } from '../words';
import classes from './ledger.module.css';

interface LedgerProps {
  movements: readonly Movement[] | undefined;
  error: unknown;
  locations: readonly Schemas['StockLevel'][];
  onMore?: () => void;
  isBusy?: boolean;
}

/** What a movement does to what may be promised: the sign before its units. */
const TAKES = new Set(['reserved', 'allocated', 'shipped', 'transferred_out']);
const GIVES = new Set(['released', 'expired', 'deallocated', 'received', 'transferred_in']);

function quantity({ kind, quantity: n }: Movement): string {
  if (TAKES.has(kind)) return signed(-n);
  return GIVES.has(kind) || kind === 'adjusted' || kind === 'counted' ? signed(n) : units(n);
}

export function Ledger({ movements, error, locations, onMore, isBusy }: LedgerProps) {
  const nameOf = (id: string | null | undefined) =>
    locations.find(({ location_id }) => location_id === id)?.location_name ?? '–';
  const columns: Column<Movement>[] = [
    { name: words().when, width: 120, isQuiet: true, cell: ({ at }) => <Moment at={at} /> },
    {
      name: words().what,
      cell: ({ kind, reason }) => (
        <span className={classes.kind} data-kind={kind}>
          {words().kinds[kind] ?? kind}
          {reason && <span className="quiet"> · {words().reasons[reason] ?? reason}</span>}
        </span>
      ),
    },
    { name: words().quantity, isNumber: true, cell: quantity },
    { name: words().location, cell: ({ location_id }) => nameOf(location_id) },
    { name: words().after, isNumber: true, cell: ({ after }) => (after ? units(after.on_hand) : '–') },
    { name: words().availableAfter, isNumber: true, cell: ({ after }) => (after ? units(after.available) : '–') },
    {
      name: words().number,
      isNumber: true,
      isQuiet: true,
      cell: ({ shard, seq }) => (
        <span className="mono">
          {shard}/{seq}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        label={words().ledger}
        columns={columns}
        rows={movements?.slice(0, SHOWN)}
        keyOf={({ shard, seq }) => `${shard}/${seq}`}
        empty={<EmptyState title={words().ledgerEmpty} lead={words().ledgerEmptyLead} />}
        error={error}
      />
      {onMore && movements && movements.length < SHOWN && (
        <Button mt="sm" variant="default" onClick={onMore} loading={isBusy ?? false}>
          {sharedWords().more}
        </Button>
      )}
    </>
  );
}

/** More rows than anybody scrolls through; the export of the journal is the audit's business. */
const SHOWN = 2_000;
