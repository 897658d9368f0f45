import { Button, Group } from '@mantine/core';
import { words } from '../words';

export function UndoNote({ message, onUndo }: { message: string; onUndo(): void }) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <span>{message}</span>
      <Button size="compact-xs" variant="light" onClick={onUndo}>
        {words().undo}
      </Button>
    </Group>
  );
}
