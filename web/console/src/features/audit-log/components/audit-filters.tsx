import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useKeys } from '@/lib/keyboard';
import type { AuditSearch } from '../search';
import { words } from '../words';

interface AuditFiltersProps {
  search: AuditSearch;
  onChange(next: AuditSearch): void;
}

export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.text ?? '');
  const [action, setAction] = useState(search.action ?? '');
  const ask = useDebouncedCallback(onChange, 250);
  useKeys([{ keys: '/', does: words().search, run: () => input.current?.focus() }]);
  return (
    <Group gap="xs" mb="sm">
      <TextInput
        ref={input}
        w={280}
        aria-label={words().search}
        placeholder={words().search}
        leftSection={<IconSearch size={15} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          ask({ ...search, text: event.currentTarget.value.trim() || undefined });
        }}
      />
      <TextInput
        w={180}
        aria-label={words().action}
        placeholder={words().action}
        value={action}
        onChange={(event) => {
          setAction(event.currentTarget.value);
          ask({ ...search, action: event.currentTarget.value.trim() || undefined });
        }}
      />
      <Select
        w={150}
        aria-label={words().actor}
        value={search.actor ?? ''}
        onChange={(actor) => onChange({ ...search, actor: (actor || undefined) as AuditSearch['actor'] })}
        data={[
          { value: '', label: words().anybody },
          ...Object.entries(words().actors).map(([value, label]) => ({ value, label })),
        ]}
      />
    </Group>
  );
}
