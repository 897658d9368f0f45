import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Column, DataTable } from '@/shared/components/data-table';
import classes from '@/shared/components/data-table.module.css';
import { Moment } from '@/shared/components/moment';
import { say, sayProblem } from '@/shared/components/say';
import { endSession, type SignedInBrowser, sessionsQuery } from '../api/profile';
import { browserName, words } from '../words';

export function Sessions() {
  const sessions = useQuery(sessionsQuery);
  const columns: Column<SignedInBrowser>[] = [
    {
      name: words().browser,
      cell: ({ user_agent, is_current }) => (
        <>
          <span className={classes.main}>{browserName(user_agent)}</span>
          {is_current && <span className="quiet"> · {words().here}</span>}
        </>
      ),
    },
    { name: words().address, cell: ({ address }) => <span className="mono">{address}</span> },
    { name: words().begun, isQuiet: true, cell: ({ created_at }) => <Moment at={created_at} /> },
    { name: words().seen, isQuiet: true, cell: ({ last_seen_at }) => <Moment at={last_seen_at} /> },
    {
      name: '\u00a0',
      isNumber: true,
      width: 80,
      cell: ({ id, is_current }) =>
        !is_current && (
          <Button
            variant="subtle"
            color="red"
            onClick={() => void endSession(id).then(() => say(words().ended), sayProblem)}
          >
            {words().end}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label={words().sessions}
      columns={columns}
      rows={sessions.data}
      keyOf={({ id }) => id}
      empty={<p className="quiet">{words().none}</p>}
      error={sessions.error}
    />
  );
}
