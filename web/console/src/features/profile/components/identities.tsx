import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Column, DataTable } from '@/shared/components/data-table';
import classes from '@/shared/components/data-table.module.css';
import { Moment } from '@/shared/components/moment';
import { say, sayProblem } from '@/shared/components/say';
import { type Identity, identitiesQuery, unlink } from '../api/profile';
import { words } from '../words';

/** The providers whose word lets one in. */
export function Identities() {
  const identities = useQuery(identitiesQuery);
  const columns: Column<Identity>[] = [
    {
      name: words().provider,
      cell: ({ title, issuer }) => (
        <>
          <span className={classes.main}>{title ?? issuer}</span>
          {title && <span className={classes.sub}>{issuer}</span>}
        </>
      ),
    },
    { name: words().email, cell: ({ email }) => email },
    { name: words().seen, isQuiet: true, cell: ({ last_used_at }) => <Moment at={last_used_at} /> },
    {
      name: '\u00a0',
      isNumber: true,
      width: 80,
      cell: ({ id }) => (
        <Button
          variant="subtle"
          color="red"
          onClick={() => void unlink(id).then(() => say(words().unlinked), sayProblem)}
        >
          {words().unlink}
        </Button>
      ),
    },
  ];
  return (
    <DataTable
      label={words().identities}
      columns={columns}
      rows={identities.data}
      keyOf={({ id }) => id}
      empty={<p className="quiet">{words().noIdentities}</p>}
      error={identities.error}
    />
  );
}
