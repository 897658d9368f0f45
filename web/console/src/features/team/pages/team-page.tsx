import { Button, Menu } from '@mantine/core';
import { IconEye, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { renewSession, useMay, useSession } from '@/lib/session';
import { Page, Section } from '@/shared/components/page';
import { sayProblem } from '@/shared/components/say';
import { words as sharedWords } from '@/shared/words';
import { invitationsQuery, rolesWithin, seeAs } from '../api/team';
import { Invitations } from '../components/invitations';
import { InviteSomebody } from '../components/invite-somebody';
import { Members } from '../components/members';
import { words } from '../words';

export function TeamPage() {
  const { current } = useSession();
  const mayInvite = useMay('people:invite');
  const navigate = useNavigate();
  const [isInviting, setInviting] = useState(false);
  const invitations = useQuery(invitationsQuery);
  const below = rolesWithin(current.role).slice(1);
  const see = async (role: string) => {
    await seeAs(role).catch(sayProblem);
    await navigate({ to: '/home' });
    await renewSession();
  };
  return (
    <Page
      title={words().title}
      lead={words().lead}
      actions={
        <>
          {!current.see_as && below.length > 0 && (
            <Menu position="bottom-end" width={240}>
              <Menu.Target>
                <Button size="sm" variant="default" leftSection={<IconEye size={16} />}>
                  {words().seeAs}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{words().seeAsHint}</Menu.Label>
                {below.map((role) => (
                  <Menu.Item key={role} onClick={() => void see(role)}>
                    {sharedWords().roles[role]}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
          {mayInvite && (
            <Button size="sm" leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
              {words().invite}
            </Button>
          )}
        </>
      }
    >
      <Members />
      <Section title={words().open} lead={words().openLead}>
        <Invitations invitations={invitations.data} error={invitations.error} />
      </Section>
      {isInviting && <InviteSomebody onClose={() => setInviting(false)} />}
    </Page>
  );
}
