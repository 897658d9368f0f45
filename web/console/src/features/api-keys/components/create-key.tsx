import { Button, Checkbox, Modal, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSession } from '@/lib/session';
import { ProblemNote } from '@/shared/components/problem-note';
import { createKey } from '../api/keys';
import { words } from '../words';
import { ShownOnce } from './shown-once';

const DAY_MS = 86_400_000;
const USUAL = ['stock:read', 'checkouts:read', 'checkouts:write'];

export function CreateKey({ onClose }: { onClose(): void }) {
  const mine = useSession().current.permissions;
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState(USUAL.filter((one) => mine.includes(one)));
  const [lifetime, setLifetime] = useState('90');
  const [secret, setSecret] = useState<string>();
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const expires_at = lifetime === 'never' ? null : new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString();
    await createKey({ name: name.trim(), permissions, expires_at }).then(setSecret, setProblem);
    setBusy(false);
  };
  if (secret !== undefined) return <ShownOnce secret={secret} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={words().create} size="md">
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          <p className="quiet">{words().createLead}</p>
          <TextInput
            label={words().name}
            description={words().nameHint}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Checkbox.Group label={words().permissions} value={permissions} onChange={setPermissions}>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" verticalSpacing={6} mt={6}>
              {mine.map((one) => (
                <Checkbox key={one} size="xs" value={one} label={<span className="mono">{one}</span>} />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
          <Select
            label={words().expires}
            value={lifetime}
            onChange={(next) => setLifetime(next ?? '90')}
            data={Object.entries(words().lifetimes).map(([value, label]) => ({ value, label }))}
          />
          {problem !== undefined && <ProblemNote problem={problem} />}
          <Button type="submit" size="sm" loading={isBusy} disabled={permissions.length === 0}>
            {words().create}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
