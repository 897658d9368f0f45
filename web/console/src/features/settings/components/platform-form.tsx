import { Button, Drawer, Group, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ConfirmDialog } from '@/shared/components/confirm-dialog';
import { ProblemNote } from '@/shared/components/problem-note';
import { say } from '@/shared/components/say';
import { type Field, type Platform, save, takeAway } from '../api/platforms';
import { fieldName, words } from '../words';

/** What is sent: a secret that was not typed stays; another field that was emptied is taken away. */
function changed(fields: readonly Field[], typed: Record<string, string>): Record<string, string | null> {
  const entries = fields.flatMap(({ name, is_secret: isSecret, is_set: isSet }): [string, string | null][] => {
    const value = typed[name]?.trim() ?? '';
    if (value !== '') return [[name, value]];
    return isSecret || !isSet ? [] : [[name, null]];
  });
  return Object.fromEntries(entries);
}

export function PlatformForm({ platform, onClose }: { platform: Platform; onClose(): void }) {
  const { provider, fields, is_set: isSet } = platform;
  const name = words().names[provider] ?? provider;
  const [typed, setTyped] = useState(() =>
    Object.fromEntries(fields.map((field) => [field.name, field.is_secret ? '' : (field.value ?? '')])),
  );
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await save(provider, changed(fields, typed));
      say(words().saved(name));
      onClose();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Drawer opened onClose={onClose} title={name} position="right">
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          {fields.map((field) => (
            <FieldInput
              key={field.name}
              field={field}
              value={typed[field.name] ?? ''}
              onChange={(value) => setTyped((known) => ({ ...known, [field.name]: value }))}
            />
          ))}
          {problem !== undefined && <ProblemNote problem={problem} />}
          <Group justify="space-between">
            {isSet && (
              <Button size="sm" variant="subtle" color="red" onClick={() => setRemoving(true)}>
                {words().takeAway}
              </Button>
            )}
            <Button type="submit" size="sm" loading={isBusy} ml="auto">
              {words().save}
            </Button>
          </Group>
        </Stack>
      </form>
      {isRemoving && (
        <ConfirmDialog
          title={words().takeAwayTitle(name)}
          lead={words().takeAwayLead}
          action={words().takeAway}
          onClose={() => setRemoving(false)}
          onConfirm={async () => {
            await takeAway(provider);
            onClose();
          }}
        />
      )}
    </Drawer>
  );
}

interface FieldInputProps {
  field: Field;
  value: string;
  onChange(value: string): void;
}

function FieldInput({ field, value, onChange }: FieldInputProps) {
  const { name, kind, choices, is_secret: isSecret, is_set: isSet, is_required: isRequired, value: shown } = field;
  const label = fieldName(name);
  const required = isRequired && !(isSecret && isSet);
  if (kind === 'choice') {
    return (
      <Select
        label={label}
        data={[...choices]}
        value={value || null}
        onChange={(next) => onChange(next ?? '')}
        required={required}
      />
    );
  }
  if (isSecret) {
    return (
      <PasswordInput
        label={label}
        description={isSet ? words().keep : undefined}
        placeholder={shown ?? ''}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete="off"
        required={required}
      />
    );
  }
  return (
    <TextInput
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      required={required}
    />
  );
}
