import { useQuery } from '@tanstack/react-query';
import { type Column, DataTable } from '@/shared/components/data-table';
import { EmptyState } from '@/shared/components/empty-state';
import { Moment } from '@/shared/components/moment';
import { units } from '@/shared/format/number';
import { type Entry, namesQuery } from '../api/entries';
import { words } from '../words';
import classes from './entry-list.module.css';

interface EntryListProps {
  entries: readonly Entry[] | undefined;
  error: unknown;
  onRetry(): void;
  onShow(entry: Entry): void;
}

/** The beginning of an id is enough to tell two apart. */
const short = (id: string) => (id.length > 13 ? `${id.slice(0, 8)}…` : id);

export function EntryList({ entries, error, onRetry, onShow }: EntryListProps) {
  const names = useQuery(namesQuery).data;
  const nameOf = (id: string | null | undefined) => (id ? names?.get(id) : undefined);
  const columns: Column<Entry>[] = [
    { name: words().number, isNumber: true, isQuiet: true, width: 64, cell: ({ seq }) => units(seq) },
    { name: words().when, isQuiet: true, width: 130, cell: ({ at }) => <Moment at={at} /> },
    {
      name: words().what,
      cell: (entry) => (
        <button type="button" className={classes.action} onClick={() => onShow(entry)}>
          {entry.action}
        </button>
      ),
    },
    {
      name: words().subject,
      cell: ({ subject }) => (
        <>
          {subject.kind} {nameOf(subject.id) ?? <span className="mono quiet">{short(subject.id)}</span>}
        </>
      ),
    },
    {
      name: words().who,
      cell: ({ actor }) => (
        <>
          {nameOf(actor.id) ?? words().actors[actor.kind] ?? actor.kind}{' '}
          {!nameOf(actor.id) && <span className="mono quiet">{actor.id ? short(actor.id) : ''}</span>}
        </>
      ),
    },
    { name: words().from, isQuiet: true, cell: ({ from }) => from ?? '–' },
  ];
  return (
    <DataTable
      label={words().title}
      columns={columns}
      rows={entries}
      keyOf={({ seq }) => String(seq)}
      empty={<EmptyState title={words().emptyTitle} lead={words().emptyLead} />}
      error={error}
      onRetry={onRetry}
    />
  );
}
