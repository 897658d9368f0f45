/** Corrects a count by a difference, with a reason; says what it will change, and can be taken back. */
import { Button, Modal, NumberInput, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ProblemNote } from '@/shared/components/problem-note';
import { say, sayUndoable } from '@/shared/components/say';
import { signed, units } from '@/shared/format/number';
import { adjust } from '../api/commands';
import { type ItemWithLevels, locationsQuery } from '../api/items';
import { words } from '../words';
import classes from './adjust-stock.module.css';

export function AdjustStock({ item, onClose }: { item: ItemWithLevels; onClose(): void }) {
  const { data } = useQuery(locationsQuery);
  const locations = data?.locations ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [difference, setDifference] = useState<number | string>('');
  const [reason, setReason] = useState('correction');
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const location = locations.find(({ id }) => id === chosen) ?? locations[0];
  const delta = typeof difference === 'number' ? difference : 0;
  const onHand = item.levels.find(({ location_id }) => location_id === location?.id)?.on_hand ?? 0;

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!location) return;
    setBusy(true);
    const body = { item_id: item.id, location_id: location.id, delta, reason };
    try {
      await adjust(body);
      onClose();
      sayUndoable(words().adjusted(signed(delta), item.sku), async () => {
        await adjust({ ...body, delta: -delta, reason: 'correction' });
        say(words().undone(item.sku));
      });
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={words().adjustTitle(item.sku)} size="sm">
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          <p className={classes.lead}>{words().adjustLead}</p>
          <NumberInput
            label={words().difference}
            description={words().differenceHint}
            value={difference}
            onChange={setDifference}
            allowDecimal={false}
            required
            data-autofocus
          />
          <Select
            label={words().location}
            data={locations.map(({ id, name }) => ({ value: id, label: name }))}
            value={location?.id ?? null}
            onChange={setChosen}
          />
          <Select
            label={words().reason}
            data={Object.entries(words().reasons).map(([value, label]) => ({ value, label }))}
            value={reason}
            onChange={(next) => setReason(next ?? 'correction')}
          />
          {location && delta !== 0 && (
            <p className={classes.preview}>{words().willChange(units(onHand), units(onHand + delta), location.name)}</p>
          )}
          {problem !== undefined && <ProblemNote problem={problem} />}
          <Button type="submit" size="sm" loading={isBusy} disabled={delta === 0 || !location}>
            {words().apply}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
