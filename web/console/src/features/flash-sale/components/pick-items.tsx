import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '@/lib/api/client';
import { units } from '@/shared/format/number';
import { words } from '../words';
import classes from './cockpit.module.css';

export function PickItems({ onPick }: { onPick(item: Schemas['StockItem']): void }) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 150);
  const box = useCombobox();
  const found = useQuery({
    queryKey: ['flash-sale', 'find', search],
    queryFn: () =>
      answer(api.GET('/api/v1/stock/items', { params: { query: { search, limit: 8, sort: '-available' } } })),
    enabled: box.dropdownOpened,
  });
  const items = found.data?.items ?? [];
  return (
    <Combobox
      store={box}
      onOptionSubmit={(id) => {
        const item = items.find((one) => one.id === id);
        if (item) onPick(item);
        setTyped('');
        box.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          w={280}
          aria-label={words().pick}
          placeholder={words().pickPlaceholder}
          leftSection={<IconPlus size={15} />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            box.openDropdown();
          }}
          onFocus={() => box.openDropdown()}
          onBlur={() => box.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options>
          {items.map(({ id, sku, title, totals }) => (
            <Combobox.Option key={id} value={id}>
              <div className={classes.option}>
                <span>
                  {title} <small className="quiet">{sku}</small>
                </span>
                <span className="tabular">{units(totals.available)}</span>
              </div>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
