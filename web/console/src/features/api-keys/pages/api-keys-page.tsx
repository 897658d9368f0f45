import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '@/lib/session';
import { Page } from '@/shared/components/page';
import { CreateKey } from '../components/create-key';
import { KeyList } from '../components/key-list';
import { words } from '../words';

export function ApiKeysPage() {
  const mayCreate = useMay('keys:create');
  const [isCreating, setCreating] = useState(false);
  const create = mayCreate && (
    <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {words().create}
    </Button>
  );
  return (
    <Page title={words().title} lead={words().lead} actions={create}>
      <KeyList action={create} />
      {isCreating && <CreateKey onClose={() => setCreating(false)} />}
    </Page>
  );
}
