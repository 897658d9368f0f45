/** Signing in by way of somebody else; nothing where the operator named nobody. */
import { Button, Divider, Stack } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { providersQuery, startUrl } from '../api/providers';
import { words } from '../words';

export function OtherWays({ to }: { to: string }) {
  const providers = useQuery(providersQuery).data ?? [];
  if (providers.length === 0) return null;
  return (
    <Stack gap="xs">
      <Divider label={words().otherWays} />
      {providers.map(({ name, title }) => (
        <Button
          key={name}
          component="a"
          href={startUrl(name, to)}
          size="sm"
          variant="default"
          leftSection={<IconLogin2 size={16} />}
        >
          {words().signOnWith(title)}
        </Button>
      ))}
    </Stack>
  );
}
