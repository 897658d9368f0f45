import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSession } from '@/lib/session';
import { say, sayProblem } from '@/shared/components/say';
import { rename } from '../api/profile';
import { words } from '../words';

export function YouForm() {
  const { person } = useSession();
  const [name, setName] = useState(person.name);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    await rename(name.trim()).then(() => say(words().saved), sayProblem);
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Group align="flex-end" gap="sm">
        <TextInput
          w={260}
          label={words().name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          withAsterisk={false}
        />
        <TextInput w={260} label={words().email} value={person.email} readOnly variant="filled" />
        <Button type="submit" size="sm" disabled={name.trim() === person.name}>
          {words().save}
        </Button>
      </Group>
    </form>
  );
}
