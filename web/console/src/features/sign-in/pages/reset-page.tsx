import { PasswordInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { resetPassword } from '../api/entering';
import { DoorForm, field } from '../components/door-form';
import { LinkLost } from '../components/link-lost';
import { linkToken } from '../token';
import { words } from '../words';

export function ResetPage() {
  const navigate = useNavigate();
  const token = linkToken();
  if (token === undefined) return <LinkLost />;
  const send = async (form: FormData) => {
    await resetPassword(token, field(form, 'password'));
    await navigate({ to: '/sign-in', search: { problem: 'password_reset' } });
  };
  return (
    <DoorForm title={words().resetTitle} lead={words().resetLead} submit={words().reset} onSubmit={send}>
      <PasswordInput
        name="password"
        label={words().newPassword}
        description={words().passwordHint}
        autoComplete="new-password"
        minLength={12}
        required
        autoFocus
        withAsterisk={false}
      />
    </DoorForm>
  );
}
