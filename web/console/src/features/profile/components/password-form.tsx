import { Button, Group, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ProblemNote } from '@/shared/components/problem-note';
import { say } from '@/shared/components/say';
import { changePassword } from '../api/profile';
import { words } from '../words';

export function PasswordForm() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await changePassword(current, next);
      setCurrent('');
      setNext('');
      say(words().changed);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Group align="flex-end" gap="sm" mb={problem === undefined ? 0 : 'sm'}>
        <PasswordInput
          w={260}
          label={words().current}
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          required
          withAsterisk={false}
        />
        <PasswordInput
          w={260}
          label={words().new}
          aria-description={words().newHint}
          autoComplete="new-password"
          minLength={12}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
          required
          withAsterisk={false}
        />
        <Button type="submit" size="sm" loading={isBusy}>
          {words().change}
        </Button>
      </Group>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </form>
  );
}
