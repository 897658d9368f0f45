import { Drawer, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Moment } from '@/shared/components/moment';
import { ProblemNote } from '@/shared/components/problem-note';
import { StatusWord } from '@/shared/components/status-word';
import { historyQuery } from '../api/platforms';
import { words } from '../words';
import classes from './platforms.module.css';
import { TestProblem } from './test-problem';

const KINDS = { working: 'good', failing: 'bad' } as const;

/** What became of a platform's settings, and how each test went. */
export function PlatformHistory({ provider, onClose }: { provider: string; onClose(): void }) {
  const history = useQuery(historyQuery(provider));
  return (
    <Drawer
      opened
      onClose={onClose}
      title={`${words().names[provider] ?? provider}: ${words().history}`}
      position="right"
    >
      {history.isError && <ProblemNote problem={history.error} />}
      {history.isPending && <Skeleton height={160} />}
      {history.data?.length === 0 && <p className="quiet">{words().historyEmpty}</p>}
      <ul className={classes.events}>
        {history.data?.map(({ id, kind, status, at, problem }) => (
          <li key={id}>
            {kind === 'tested' ? (
              <StatusWord
                kind={KINDS[status as keyof typeof KINDS] ?? 'warn'}
                word={`${words().events[kind]}: ${words().statuses[status] ?? status}`}
              />
            ) : (
              <StatusWord kind="off" word={words().events[kind] ?? kind} />
            )}
            <Moment at={at} />
            <TestProblem problem={problem} />
          </li>
        ))}
      </ul>
    </Drawer>
  );
}
