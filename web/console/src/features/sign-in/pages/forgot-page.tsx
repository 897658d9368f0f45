import { Anchor, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { forgot } from '../api/entering';
import { DoorForm, field } from '../components/door-form';
import { LetterSent } from '../components/letter-sent';
import { words } from '../words';

export function ForgotPage() {
  const [sentTo, setSentTo] = useState<string>();
  const send = async (form: FormData) => {
    await forgot(field(form, 'email'));
    setSentTo(field(form, 'email'));
  };
  if (sentTo !== undefined) return <LetterSent email={sentTo} />;
  return (
    <DoorForm
      title={words().forgotTitle}
      lead={words().forgotLead}
      submit={words().forgot}
      onSubmit={send}
      foot={
        <Anchor component={Link} to="/sign-in" fz="sm">
          {words().backToSignIn}
        </Anchor>
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
    </DoorForm>
  );
}
