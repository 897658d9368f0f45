import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { queryClient } from '@/lib/query-client';
import { ProblemNote } from '@/shared/components/problem-note';
import { say } from '@/shared/components/say';
import { createItem } from '../api/commands';
import { words } from '../words';

export function CreateItem({ onClose }: { onClose(): void }) {
  const [sku, setSku] = useState('');
  const [title, setTitle] = useState('');
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await createItem({ sku: sku.trim(), title: title.trim() || null });
      await queryClient.invalidateQueries({ queryKey: ['stock', 'board'] });
      say(words().created(sku.trim()));
      onClose();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={words().create} size="sm">
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          <TextInput
            label={words().sku}
            value={sku}
            onChange={(e) => setSku(e.currentTarget.value)}
            required
            data-autofocus
          />
          <TextInput label={words().name} value={title} onChange={(e) => setTitle(e.currentTarget.value)} />
          {problem !== undefined && <ProblemNote problem={problem} />}
          <Button type="submit" size="sm" loading={isBusy}>
            {words().create}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
