/** What can be done to the rows that are selected. */
import { Button, Modal, NumberInput, Stack } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { queryClient } from '@/lib/query-client';
import { useMay } from '@/lib/session';
import { ProblemNote } from '@/shared/components/problem-note';
import { say } from '@/shared/components/say';
import { units } from '@/shared/format/number';
import { setReorderPoint } from '../api/commands';
import { words } from '../words';
import classes from './selection-bar.module.css';

export function SelectionBar({ ids, onDone }: { ids: readonly string[]; onDone(): void }) {
  const mayConfigure = useMay('stock:configure');
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={classes.bar}>
      <strong className="tabular">{words().selected(units(ids.length))}</strong>
      {mayConfigure && (
        <Button variant="default" onClick={() => setOpen(true)}>
          {words().setReorderPoint}
        </Button>
      )}
      <Button variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={onDone}>
        {words().clearSelection}
      </Button>
      {isOpen && <ReorderPoint ids={ids} onClose={() => setOpen(false)} onDone={onDone} />}
    </div>
  );
}

interface ReorderPointProps {
  ids: readonly string[];
  onClose(): void;
  onDone(): void;
}

function ReorderPoint({ ids, onClose, onDone }: ReorderPointProps) {
  const [point, setPoint] = useState<number | string>('');
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const apply = async () => {
    setBusy(true);
    try {
      for (const id of ids) await setReorderPoint(id, point === '' ? null : Number(point));
      await queryClient.invalidateQueries({ queryKey: ['stock'] });
      say(words().reorderPointSet(ids.length));
      onClose();
      onDone();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={words().setReorderPoint} size="sm">
      <Stack gap="sm">
        <NumberInput
          label={words().reorderPoint}
          description={words().reorderPointLead(ids.length)}
          value={point}
          onChange={setPoint}
          min={0}
          allowDecimal={false}
          data-autofocus
        />
        {problem !== undefined && <ProblemNote problem={problem} />}
        <Button size="sm" onClick={() => void apply()} loading={isBusy}>
          {words().setReorderPoint}
        </Button>
      </Stack>
    </Modal>
  );
}
