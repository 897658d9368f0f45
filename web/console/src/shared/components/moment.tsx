/** A time as people say it; the exact one on hover. The browser's own hint: a board draws hundreds of these while it scrolls. */
import { ago, exactly } from '../format/time';
import { useNow } from '../hooks/use-now';

export function Moment({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) return <span className="quiet">–</span>;
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={exactly(moment)} className="tabular">
      {ago(moment, now)}
    </time>
  );
}
