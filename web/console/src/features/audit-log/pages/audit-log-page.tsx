import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Page } from '@/shared/components/page';
import { words as sharedWords } from '@/shared/words';
import { type Entry, entriesQuery, exportUrl } from '../api/entries';
import { AuditFilters } from '../components/audit-filters';
import { EntryDrawer } from '../components/entry-drawer';
import { EntryList } from '../components/entry-list';
import { VerifyBadge } from '../components/verify-badge';
import { words } from '../words';

const route = getRouteApi('/shell/audit-log');

export function AuditLogPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const entries = useInfiniteQuery(entriesQuery(search));
  const [shown, setShown] = useState<Entry>();
  return (
    <Page
      title={words().title}
      lead={words().lead}
      actions={
        <>
          <VerifyBadge />
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="sm" variant="default" leftSection={<IconDownload size={16} />}>
                {words().export}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item component="a" href={exportUrl(search, 'csv')} download="audit-log.csv">
                {words().exportCsv}
              </Menu.Item>
              <Menu.Item component="a" href={exportUrl(search, 'jsonl')} download="audit-log.jsonl">
                {words().exportJson}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <AuditFilters search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      <EntryList
        entries={entries.data?.pages.flatMap((page) => page.entries)}
        error={entries.error}
        onRetry={() => void entries.refetch()}
        onShow={setShown}
      />
      {entries.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          onClick={() => void entries.fetchNextPage()}
          loading={entries.isFetchingNextPage}
        >
          {sharedWords().more}
        </Button>
      )}
      {shown && <EntryDrawer entry={shown} onClose={() => setShown(undefined)} />}
    </Page>
  );
}
