import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '@/shared/components/empty-state';
import { words } from '@/shared/words';

export function NotFound() {
  return (
    <EmptyState
      title={words().nothingHere}
      lead={words().nothingHereLead}
      action={
        <Button component={Link} to="/home" size="sm">
          {words().goHome}
        </Button>
      }
    />
  );
}
