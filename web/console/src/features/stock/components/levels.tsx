import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import type { Schemas } from '@/lib/api/client';
import { type Column, DataTable } from '@/shared/components/data-table';
import { LiveNumber } from '@/shared/components/live-number';
import { Moment } from '@/shared/components/moment';
import { exactly } from '@/shared/format/time';
import { words } from '../words';
import classes from './levels.module.css';

type Level = Schemas['StockLevel'];

interface LevelsProps {
  levels: readonly Level[] | undefined;
  /** The moment looked at; now when there is none. */
  at: string | undefined;
  onNow(): void;
  problem: unknown;
}

export function Levels({ levels, at, onNow, problem }: LevelsProps) {
  const number = (name: string, of: (level: Level) => number): Column<Level> => ({
    name,
    isNumber: true,
    cell: (level) => <LiveNumber value={of(level)} isQuietAtZero />,
  });
  const columns: Column<Level>[] = [
    { name: words().location, cell: ({ location_name }) => location_name },
    number(words().onHand, ({ on_hand }) => on_hand),
    number(words().reserved, ({ reserved }) => reserved),
    number(words().allocated, ({ allocated }) => allocated),
    number(words().safety, ({ safety }) => safety),
    number(words().available, ({ available }) => available),
    { name: words().changed, isQuiet: true, cell: ({ updated_at }) => <Moment at={updated_at} /> },
  ];
  return (
    <>
      {at !== undefined && (
        <div className={classes.past}>
          <IconHistory size={15} aria-hidden="true" />
          {words().asOf(exactly(Date.parse(at)))}
          <Button variant="subtle" onClick={onNow}>
            {words().backToNow}
          </Button>
        </div>
      )}
      <DataTable
        label={words().levels}
        columns={columns}
        rows={levels}
        keyOf={({ location_id }) => location_id}
        empty={<p className="quiet">{words().noLevels}</p>}
        error={problem}
      />
    </>
  );
}
