import { Group, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { type Density, setDensity, useDensity } from '@/lib/preferences';
import { words } from '../words';

export function Looks() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const density = useDensity();
  return (
    <Group gap="sm">
      <SegmentedControl
        size="xs"
        aria-label={words().theme}
        value={colorScheme}
        onChange={(next) => setColorScheme(next as 'light' | 'dark' | 'auto')}
        data={[
          { value: 'light', label: words().light },
          { value: 'dark', label: words().dark },
          { value: 'auto', label: words().system },
        ]}
      />
      <SegmentedControl
        size="xs"
        aria-label={words().density}
        value={density}
        onChange={(next) => setDensity(next as Density)}
        data={[
          { value: 'comfortable', label: words().comfortable },
          { value: 'compact', label: words().compact },
        ]}
      />
    </Group>
  );
}
