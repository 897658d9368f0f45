/** What stands in a screen's place when it could not be drawn. */
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { Problem } from '@/lib/api/problem';
import { words } from '../words';
import { CopyId } from './copy-id';
import { EmptyState } from './empty-state';

export function FailedScreen({ error, reset }: { error: unknown; reset?: () => void }) {
  // Something of our own that broke has no request: it gets an id of its own, which is in the browser's log too.
  const id = useMemo(() => {
    const known = error instanceof Problem ? error.requestId : undefined;
    const named = known ?? crypto.randomUUID();
    console.error(named, error);
    return named;
  }, [error]);
  const text = error instanceof Error ? error.message : String(error);
  return (
    <EmptyState
      title={words().failedTitle}
      lead={text}
      action={
        <Button onClick={() => (reset ? reset() : location.reload())} size="sm">
          {words().retry}
        </Button>
      }
      foot={<CopyId id={id} />}
    />
  );
}
