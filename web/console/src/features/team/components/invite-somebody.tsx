import { Button, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSession } from '@/lib/session';
import { ProblemNote } from '@/shared/components/problem-note';
import { say } from '@/shared/components/say';
import { words as sharedWords } from '@/shared/words';
import { invite, rolesWithin } from '../api/team';
import { words } from '../words';

export function InviteSomebody({ onClose }: { onClose(): void }) {
  const { current } = useSession();
  const reach = rolesWithin(current.see_as ?? current.role);
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string>('staff');
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await invite(email.trim(), role);
      say(words().invited(email.trim()));
      onClose();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={words().invite} size="sm">
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          <p className="quiet">{words().inviteLead}</p>
          <TextInput
            type="email"
            label={words().email}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Radio.Group label={words().role} value={role} onChange={setRole}>
            <Stack gap={8} mt={6}>
              {reach.map((one) => (
                <Radio key={one} value={one} label={sharedWords().roles[one]} description={words().roleHints[one]} />
              ))}
            </Stack>
          </Radio.Group>
          {problem !== undefined && <ProblemNote problem={problem} />}
          <Button type="submit" size="sm" loading={isBusy}>
            {words().invite}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
