import { Alert, Anchor, PasswordInput, TextInput } from '@mantine/core';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { signIn } from '../api/entering';
import { DoorForm, field } from '../components/door-form';
import { OtherWays } from '../components/other-ways';
import { SecondFactorForm } from '../components/second-factor-form';
import { ticketOfSignOn } from '../token';
import { words } from '../words';

const route = getRouteApi('/door/sign-in');

/** Why somebody is here, in words. */
function reason(problem: string | undefined): string | undefined {
  if (!problem) return undefined;
  if (problem === 'signed_out') return words().signedOut;
  if (problem === 'password_reset') return words().passwordReset;
  if (problem === 'email_changed') return words().emailChanged;
  return words().signOnProblems[problem] ?? words().signOnFailed;
}

export function SignInPage() {
  const { to, problem } = route.useSearch();
  const signOn = ticketOfSignOn();
  const router = useRouter();
  const why = reason(problem);
  const [ticket, setTicket] = useState(signOn?.ticket);
  const goOn = () => router.history.push(signOn?.to ?? to ?? '/home');
  const send = async (form: FormData) => {
    const second = await signIn(field(form, 'email'), field(form, 'password'));
    if (second === undefined) goOn();
    else setTicket(second);
  };
  if (ticket !== undefined) return <SecondFactorForm ticket={ticket} onDone={goOn} />;
  return (
    <DoorForm
      title={words().signInTitle}
      submit={words().signIn}
      onSubmit={send}
      besides={<OtherWays to={to ?? '/home'} />}
      note={
        why && (
          <Alert mb="md" p="xs">
            {why}
          </Alert>
        )
      }
      foot={
        <>
          <span>
            {words().noAccount}{' '}
            <Anchor component={Link} to="/sign-up" fz="sm">
              {words().signUp}
            </Anchor>
          </span>
          <Anchor component={Link} to="/forgot" fz="sm">
            {words().forgotLink}
          </Anchor>
        </>
      }
    >
      <TextInput
        name="email"
        type="email"
        label={words().email}
        autoComplete="username"
        required
        autoFocus
        withAsterisk={false}
      />
      <PasswordInput
        name="password"
        label={words().password}
        autoComplete="current-password"
        required
        withAsterisk={false}
      />
    </DoorForm>
  );
}
