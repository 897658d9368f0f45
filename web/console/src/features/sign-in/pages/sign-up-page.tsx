import { Anchor, PasswordInput, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { signUp } from '../api/entering';
import { DoorForm, field } from '../components/door-form';
import { LetterSent } from '../components/letter-sent';
import { words } from '../words';

export function SignUpPage() {
  const [sentTo, setSentTo] = useState<string>();
  const send = async (form: FormData) => {
    const email = field(form, 'email');
    const rest = { password: field(form, 'password'), name: field(form, 'name') };
    await signUp({ email, ...rest, organization: field(form, 'organization') });
    setSentTo(email);
  };
  if (sentTo !== undefined) return <LetterSent email={sentTo} />;
  return (
    <DoorForm
      title={words().signUpTitle}
      lead={words().signUpLead}
      submit={words().signUp}
      onSubmit={send}
      foot={
        <span>
          {words().haveAccount}{' '}
          <Anchor component={Link} to="/sign-in" fz="sm">
            {words().signIn}
          </Anchor>
        </span>
      }
    >
      <TextInput name="name" label={words().name} autoComplete="name" required autoFocus withAsterisk={false} />
      <TextInput
        name="organization"
        label={words().organization}
        autoComplete="organization"
        required
        withAsterisk={false}
      />
      <TextInput
        name="email"
        type="email"
        label={words().email}
        autoComplete="username"
        required
        withAsterisk={false}
      />
      <PasswordInput
        name="password"
        label={words().password}
        description={words().passwordHint}
        autoComplete="new-password"
        minLength={12}
        required
        withAsterisk={false}
      />
    </DoorForm>
  );
}
