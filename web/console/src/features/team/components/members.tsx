import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay, useSession } from '@/lib/session';
import { ConfirmDialog } from '@/shared/components/confirm-dialog';
import { type Column, DataTable } from '@/shared/components/data-table';
import classes from '@/shared/components/data-table.module.css';
import { EmptyState } from '@/shared/components/empty-state';
import { Moment } from '@/shared/components/moment';
import { say, sayProblem } from '@/shared/components/say';
import { words as sharedWords } from '@/shared/words';
import { changeRole, type Member, membersQuery, remove, rolesWithin } from '../api/team';
import { words } from '../words';

export function Members() {
  const { person, current } = useSession();
  const mayChange = useMay('people:change');
  const members = useQuery(membersQuery);
  const [leaving, setLeaving] = useState<Member>();
  const nameOf = (role: string) => sharedWords().roles[role] ?? role;
  // Nobody gives or takes a role above their own.
  const reach = rolesWithin(current.see_as ?? current.role);
  const isWithinReach = ({ role, person_id }: Member) => mayChange && person_id !== person.id && reach.includes(role);
  const change = async (member: Member, role: string) => {
    await changeRole(member, role).then(() => say(words().changed(member.name, nameOf(role))), sayProblem);
  };
  const columns: Column<Member>[] = [
    {
      name: words().person,
      cell: ({ name, email, person_id }) => (
        <>
          <span className={classes.main}>{name}</span>
          {person_id === person.id && <span className="quiet"> · {words().you}</span>}
          <span className={classes.sub}>{email}</span>
        </>
      ),
    },
    {
      name: words().role,
      width: 170,
      cell: (member) =>
        isWithinReach(member) ? (
          <Select
            size="xs"
            w={140}
            aria-label={`${words().role}: ${member.name}`}
            value={member.role}
            data={reach.map((role) => ({ value: role, label: nameOf(role) }))}
            onChange={(role) => role && role !== member.role && void change(member, role)}
          />
        ) : (
          nameOf(member.role)
        ),
    },
    {
      name: words().places,
      isQuiet: true,
      cell: ({ location_ids: places }) => (places ? words().placeCount(places.length) : words().everywhere),
    },
    { name: words().since, isQuiet: true, cell: ({ since }) => <Moment at={since} /> },
    {
      name: '\u00a0',
      width: 90,
      isNumber: true,
      cell: (member) =>
        isWithinReach(member) && (
          <Button variant="subtle" color="red" onClick={() => setLeaving(member)}>
            {words().remove}
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable
        label={words().title}
        columns={columns}
        rows={members.data}
        keyOf={({ person_id }) => person_id}
        empty={<EmptyState title={words().aloneTitle} />}
        error={members.error}
        onRetry={() => void members.refetch()}
      />
      {leaving && (
        <ConfirmDialog
          title={words().removeTitle(leaving.name)}
          lead={words().removeLead(leaving.name)}
          action={words().remove}
          onClose={() => setLeaving(undefined)}
          onConfirm={async () => {
            await remove(leaving.person_id);
            say(words().removed(leaving.name));
          }}
        />
      )}
    </>
  );
}
