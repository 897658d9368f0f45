import { Button, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useMay } from '@/lib/session';
import { ConfirmDialog } from '@/shared/components/confirm-dialog';
import { type Column, DataTable } from '@/shared/components/data-table';
import classes from '@/shared/components/data-table.module.css';
import { EmptyState } from '@/shared/components/empty-state';
import { Moment } from '@/shared/components/moment';
import { say } from '@/shared/components/say';
import { StatusWord } from '@/shared/components/status-word';
import { type ApiKey, keysQuery, revokeKey } from '../api/keys';
import { words } from '../words';

function isDead({ revoked_at, expires_at }: ApiKey): boolean {
  return Boolean(revoked_at) || (expires_at ? Date.parse(expires_at) < Date.now() : false);
}

function stateOf(key: ApiKey): string {
  if (key.revoked_at) return words().revoked;
  return isDead(key) ? words().expired : words().active;
}

export function KeyList({ action }: { action: ReactNode }) {
  const keys = useQuery(keysQuery);
  const mayRevoke = useMay('keys:revoke');
  const [ending, setEnding] = useState<ApiKey>();
  const columns: Column<ApiKey>[] = [
    { name: words().name, cell: ({ name }) => <span className={classes.main}>{name}</span> },
    {
      name: words().permissions,
      cell: ({ permissions }) =>
        permissions ? (
          <Tooltip label={permissions.join(', ')} multiline maw={360}>
            <span>{words().permissionCount(permissions.length)}</span>
          </Tooltip>
        ) : (
          words().everything
        ),
    },
    { name: words().state, cell: (key) => <StatusWord kind={isDead(key) ? 'off' : 'good'} word={stateOf(key)} /> },
    { name: words().created, isQuiet: true, cell: ({ created_at }) => <Moment at={created_at} /> },
    {
      name: words().lastUsed,
      isQuiet: true,
      cell: ({ last_used_at }) => (last_used_at ? <Moment at={last_used_at} /> : words().never),
    },
    {
      name: '\u00a0',
      width: 90,
      isNumber: true,
      cell: (key) =>
        mayRevoke &&
        !isDead(key) && (
          <Button variant="subtle" color="red" onClick={() => setEnding(key)}>
            {words().revoke}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        label={words().title}
        columns={columns}
        rows={keys.data}
        keyOf={({ id }) => id}
        empty={<EmptyState title={words().emptyTitle} lead={words().emptyLead} action={action} />}
        error={keys.error}
        onRetry={() => void keys.refetch()}
      />
      {ending && (
        <ConfirmDialog
          title={words().revokeTitle(ending.name)}
          lead={words().revokeLead}
          action={words().revoke}
          onClose={() => setEnding(undefined)}
          onConfirm={async () => {
            await revokeKey(ending.id);
            say(words().revokedNote(ending.name));
          }}
        />
      )}
    </>
  );
}
