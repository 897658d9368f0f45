/** A time as people say it; the exact one on hover. */
import { Tooltip } from '@mantine/core';
import { ago, exactly } from '../format/time';
import { useNow } from '../hooks/use-now';

export function Moment({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) return <span className="quiet">–</span>;
  const moment = Date.parse(at);
  return (
    <Tooltip label={exactly(moment)}>
      <time dateTime={at} className="tabular">
        {ago(moment, now)}
      </time>
    </Tooltip>
  );
}
