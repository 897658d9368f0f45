import { Button } from '@mantine/core';
import { useMay } from '@/lib/session';
import { type Column, DataTable } from '@/shared/components/data-table';
import { Moment } from '@/shared/components/moment';
import { say, sayProblem } from '@/shared/components/say';
import { words as sharedWords } from '@/shared/words';
import { type Invitation, withdraw } from '../api/team';
import { words } from '../words';

interface InvitationsProps {
  invitations: readonly Invitation[] | undefined;
  error: unknown;
}

export function Invitations({ invitations, error }: InvitationsProps) {
  const mayInvite = useMay('people:invite');
  const columns: Column<Invitation>[] = [
    { name: words().email, cell: ({ email }) => email },
    { name: words().role, width: 170, cell: ({ role }) => sharedWords().roles[role] ?? role },
    { name: words().expires, isQuiet: true, cell: ({ expires_at }) => <Moment at={expires_at} /> },
    {
      name: '\u00a0',
      width: 90,
      isNumber: true,
      cell: ({ id, email }) =>
        mayInvite && (
          <Button
            variant="subtle"
            color="gray"
            onClick={() => void withdraw(id).then(() => say(words().withdrawn(email)), sayProblem)}
          >
            {words().withdraw}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label={words().open}
      columns={columns}
      rows={invitations}
      keyOf={({ id }) => id}
      empty={<p className="quiet">{words().noInvitations}</p>}
      error={error}
    />
  );
}
