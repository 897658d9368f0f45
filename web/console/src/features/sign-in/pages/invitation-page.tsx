import { PasswordInput, Skeleton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ProblemNote } from '@/shared/components/problem-note';
import { words as sharedWords } from '@/shared/words';
import { accept, lookAtInvitation } from '../api/entering';
import { DoorForm, field } from '../components/door-form';
import { LinkLost } from '../components/link-lost';
import { SecondFactorForm } from '../components/second-factor-form';
import { linkToken } from '../token';
import { words } from '../words';

export function InvitationPage() {
  const navigate = useNavigate();
  const token = linkToken();
  const [ticket, setTicket] = useState<string>();
  const goOn = () => navigate({ to: '/home' });
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => lookAtInvitation(token ?? ''),
    enabled: token !== undefined,
    retry: false,
  });
  if (token === undefined) return <LinkLost />;
  if (offer.isError) return <ProblemNote problem={offer.error} />;
  if (!offer.data) return <Skeleton height={220} />;
  const { email, organization, role, has_account: hasAccount } = offer.data;
  const lead = words().invitationLead(email, sharedWords().roles[role] ?? role);
  const send = async (form: FormData) => {
    const second = await accept(token, field(form, 'password'), hasAccount ? undefined : field(form, 'name'));
    if (second === undefined) await goOn();
    else setTicket(second);
  };
  if (ticket !== undefined) return <SecondFactorForm ticket={ticket} onDone={goOn} />;
  return (
    <DoorForm
      title={words().invitationTitle(organization)}
      lead={hasAccount ? `${lead} ${words().hasAccountLead}` : lead}
      submit={words().accept}
      onSubmit={send}
    >
      {!hasAccount && (
        <TextInput name="name" label={words().name} autoComplete="name" required autoFocus withAsterisk={false} />
      )}
      <PasswordInput
        name="password"
        label={words().password}
        description={hasAccount ? undefined : words().passwordHint}
        autoComplete={hasAccount ? 'current-password' : 'new-password'}
        required
        withAsterisk={false}
      />
    </DoorForm>
  );
}
