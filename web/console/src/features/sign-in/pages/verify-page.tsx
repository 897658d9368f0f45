import { PasswordInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { verify } from '../api/entering';
import { DoorForm, field } from '../components/door-form';
import { LinkLost } from '../components/link-lost';
import { linkToken } from '../token';
import { words } from '../words';

export function VerifyPage() {
  const navigate = useNavigate();
  const token = linkToken();
  if (token === undefined) return <LinkLost />;
  const send = async (form: FormData) => {
    await verify(token, field(form, 'password'));
    await navigate({ to: '/home' });
  };
  return (
    <DoorForm title={words().verifyTitle} lead={words().verifyLead} submit={words().verify} onSubmit={send}>
      <PasswordInput
        name="password"
        label={words().password}
        autoComplete="current-password"
        required
        autoFocus
        withAsterisk={false}
      />
    </DoorForm>
  );
}
