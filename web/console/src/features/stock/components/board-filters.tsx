import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useKeys } from '@/lib/keyboard';
import { type BoardSearch, STATES } from '../search';
import { words } from '../words';
import classes from './board.module.css';

interface BoardFiltersProps {
  search: BoardSearch;
  onChange(next: BoardSearch): void;
}

export function BoardFilters({ search, onChange }: BoardFiltersProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(search.q ?? '');
  const ask = useDebouncedCallback((q: string) => onChange({ ...search, q: q || undefined }), 200);
  useKeys([{ keys: '/', does: words().focusSearch, run: () => input.current?.focus() }]);
  const options = [undefined, ...STATES] as const;
  return (
    <div className={classes.filters}>
      <TextInput
        ref={input}
        className={classes.search}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          ask(event.currentTarget.value.trim());
        }}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        aria-label={words().search}
        placeholder={words().search}
        leftSection={<IconSearch size={15} />}
        rightSection={<kbd>/</kbd>}
      />
      <fieldset className={classes.states} aria-label={words().state}>
        {options.map((only) => (
          <button
            key={only ?? 'all'}
            type="button"
            aria-pressed={search.only === only}
            onClick={() => onChange({ ...search, only })}
          >
            {only ? words().states[only] : words().all}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
