/** Before something that cannot simply be undone: what it will change, in words, and one button that does it. */
import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import { words } from '../words';
import { ProblemNote } from './problem-note';

interface ConfirmDialogProps {
  title: string;
  lead: string;
  action: string;
  onConfirm(): Promise<void>;
  onClose(): void;
}

export function ConfirmDialog({ title, lead, action, onConfirm, onClose }: ConfirmDialogProps) {
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size="sm">
      <p>{lead}</p>
      {problem !== undefined && <ProblemNote problem={problem} />}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button size="sm" variant="default" onClick={onClose} data-autofocus>
          {words().cancel}
        </Button>
        <Button size="sm" color="red" onClick={() => void confirm()} loading={isBusy}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
