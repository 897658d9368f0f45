/** What went wrong, what can be done, and an id to quote. */
import { IconAlertTriangle } from '@tabler/icons-react';
import { Problem } from '@/lib/api/problem';
import { words } from '../words';
import { CopyId } from './copy-id';
import classes from './problem-note.module.css';

interface ProblemNoteProps {
  problem: unknown;
  onRetry?: () => void;
}

export function ProblemNote({ problem, onRetry }: ProblemNoteProps) {
  const known = problem instanceof Problem ? problem : undefined;
  return (
    <div className={classes.note} role="alert">
      <IconAlertTriangle size={16} aria-hidden="true" />
      <div>
        <strong>{known?.message ?? words().unknownProblem}</strong>
        <p>
          {known ? known.advice : words().unknownAdvice}{' '}
          {known?.retryAfterS !== undefined && words().waitFor(known.retryAfterS)}
        </p>
        <div className={classes.foot}>
          {onRetry && (
            <button type="button" className={classes.retry} onClick={onRetry}>
              {words().retry}
            </button>
          )}
          {known?.requestId && <CopyId id={known.requestId} />}
        </div>
      </div>
    </div>
  );
}
