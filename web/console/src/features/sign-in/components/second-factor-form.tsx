import { TextInput } from '@mantine/core';
import { giveCode } from '../api/entering';
import { words } from '../words';
import { DoorForm, field } from './door-form';

interface SecondFactorFormProps {
  /** What the right password gave. */
  ticket: string;
  onDone(): void;
}

/** The second half of signing in: a code of the authenticator app, or a recovery code. */
export function SecondFactorForm({ ticket, onDone }: SecondFactorFormProps) {
  const send = async (form: FormData) => {
    await giveCode(ticket, field(form, 'code').trim());
    onDone();
  };
  return (
    <DoorForm title={words().secondFactorTitle} lead={words().secondFactorLead} submit={words().goOn} onSubmit={send}>
      <TextInput
        name="code"
        label={words().code}
        autoComplete="one-time-code"
        spellCheck={false}
        required
        autoFocus
        withAsterisk={false}
      />
    </DoorForm>
  );
}
