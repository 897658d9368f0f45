/** Has the hub walk the chain, and says how that ended. */
import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { sayProblem } from '@/shared/components/say';
import { StatusWord } from '@/shared/components/status-word';
import { units } from '@/shared/format/number';
import { verifyLog } from '../api/entries';
import { words } from '../words';

export function VerifyBadge() {
  const verdict = useMutation({ mutationFn: verifyLog, onError: sayProblem });
  if (verdict.data?.is_clean) {
    const { entries, checkpoints } = verdict.data;
    return <StatusWord kind="good" word={words().clean(units(entries), units(checkpoints))} />;
  }
  if (verdict.data) return <StatusWord kind="bad" word={verdict.data.violation ?? words().broken} />;
  return (
    <Button
      size="sm"
      variant="default"
      leftSection={<IconShieldCheck size={16} />}
      onClick={() => verdict.mutate()}
      loading={verdict.isPending}
    >
      {words().verify}
    </Button>
  );
}
