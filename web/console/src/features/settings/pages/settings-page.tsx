import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Page } from '@/shared/components/page';
import { ProblemNote } from '@/shared/components/problem-note';
import { type Platform, platformsQuery } from '../api/platforms';
import { PlatformForm } from '../components/platform-form';
import { PlatformHistory } from '../components/platform-history';
import { PlatformRow } from '../components/platform-row';
import classes from '../components/platforms.module.css';
import { words } from '../words';

export function SettingsPage() {
  const platforms = useQuery(platformsQuery);
  const [editing, setEditing] = useState<Platform>();
  const [looking, setLooking] = useState<string>();
  return (
    <Page title={words().title} lead={words().lead} isNarrow>
      {platforms.isError && <ProblemNote problem={platforms.error} onRetry={() => void platforms.refetch()} />}
      {platforms.isPending && <Skeleton height={320} />}
      {platforms.data && (
        <ul className={classes.list}>
          {platforms.data.map((platform) => (
            <PlatformRow
              key={platform.provider}
              platform={platform}
              onEdit={() => setEditing(platform)}
              onLook={() => setLooking(platform.provider)}
            />
          ))}
        </ul>
      )}
      {editing && <PlatformForm platform={editing} onClose={() => setEditing(undefined)} />}
      {looking && <PlatformHistory provider={looking} onClose={() => setLooking(undefined)} />}
    </Page>
  );
}
