/** Find or do anything. Loaded when it is first asked for. */
import '@mantine/spotlight/styles.layer.css';
import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconAdjustments, IconContrast, IconPackage, IconSearch, IconUserCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { answer, api } from '@/lib/api/client';
import { setDensity, useDensity } from '@/lib/preferences';
import { useMay, useSession } from '@/lib/session';
import { units } from '@/shared/format/number';
import { words } from '../words';
import { visible } from './navigation';

const [store, palette] = createSpotlight();

/** Items whose SKU or title holds what was typed. */
function useItems(typed: string) {
  const [search] = useDebouncedValue(typed.trim(), 150);
  const isAllowed = useMay('stock:read');
  const found = useQuery({
    queryKey: ['palette', 'items', search],
    queryFn: () => answer(api.GET('/api/v1/stock/items', { params: { query: { search, limit: 6 } } })),
    enabled: isAllowed && search.length > 1,
  });
  return found.data?.items ?? [];
}

export function CommandPalette({ onClose }: { onClose(): void }) {
  const [typed, setTyped] = useState('');
  const { current } = useSession();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const density = useDensity();
  const items = useItems(typed);
  useEffect(() => palette.open(), []);

  const matches = (text: string) => text.toLowerCase().includes(typed.trim().toLowerCase());
  const places = visible(current.permissions).filter(({ name }) => matches(name()));
  const actions = [
    { title: words().profile, icon: IconUserCircle, run: () => void navigate({ to: '/profile' }) },
    {
      title: words().toggleTheme,
      icon: IconContrast,
      run: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
    },
    {
      title: words().toggleDensity,
      icon: IconAdjustments,
      run: () => setDensity(density === 'compact' ? 'comfortable' : 'compact'),
    },
  ].filter(({ title }) => matches(title));
  const isEmpty = places.length + actions.length + items.length === 0;

  return (
    <Spotlight.Root
      store={store}
      query={typed}
      onQueryChange={setTyped}
      onSpotlightClose={onClose}
      attributes={{ content: { 'aria-label': words().openPalette } }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      shortcut={null}
      scrollable
      maxHeight={420}
    >
      <Spotlight.Search placeholder={words().paletteHint} leftSection={<IconSearch size={17} />} />
      <Spotlight.ActionsList>
        {places.length > 0 && (
          <Spotlight.ActionsGroup label={words().go}>
            {places.map(({ to, name, icon: Icon, key }) => (
              <Spotlight.Action
                key={to}
                label={name()}
                leftSection={<Icon size={17} stroke={1.6} />}
                rightSection={<kbd>g {key}</kbd>}
                onClick={() => void navigate({ to })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {items.length > 0 && (
          <Spotlight.ActionsGroup label={words().items}>
            {items.map(({ id, sku, title, totals }) => (
              <Spotlight.Action
                key={id}
                label={sku}
                description={title}
                leftSection={<IconPackage size={17} stroke={1.6} />}
                rightSection={<span className="num">{units(totals.available)}</span>}
                onClick={() => void navigate({ to: '/stock/$itemId', params: { itemId: id } })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {actions.length > 0 && (
          <Spotlight.ActionsGroup label={words().actions}>
            {actions.map(({ title, icon: Icon, run }) => (
              <Spotlight.Action key={title} label={title} leftSection={<Icon size={17} stroke={1.6} />} onClick={run} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {isEmpty && <Spotlight.Empty>{words().nothingFound}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
