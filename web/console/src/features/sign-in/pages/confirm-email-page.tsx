import { useNavigate } from '@tanstack/react-router';
import { confirmEmail } from '../api/entering';
import { DoorForm } from '../components/door-form';
import { LinkLost } from '../components/link-lost';
import { linkToken } from '../token';
import { words } from '../words';

export function ConfirmEmailPage() {
  const navigate = useNavigate();
  const token = linkToken();
  if (token === undefined) return <LinkLost />;
  const send = async () => {
    await confirmEmail(token);
    await navigate({ to: '/sign-in', search: { problem: 'email_changed' } });
  };
  return (
    <DoorForm
      title={words().confirmEmailTitle}
      lead={words().confirmEmailLead}
      submit={words().confirmEmail}
      onSubmit={send}
    />
  );
}
