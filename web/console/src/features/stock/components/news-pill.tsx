/** What has changed and is not shown, so that no row jumps under the pointer. Pressing it is what makes them move. */
import { IconArrowsSort } from '@tabler/icons-react';
import { units } from '@/shared/format/number';
import type { News } from '../news';
import { words } from '../words';
import classes from './board.module.css';

export function NewsPill({ news, onShow }: { news: News; onShow(): void }) {
  const parts = [
    ...(news.fresh > 0 ? [words().fresh(units(news.fresh))] : []),
    ...(news.moved > 0 ? [words().moved(units(news.moved))] : []),
  ];
  return (
    <div className={classes.pillPlace} aria-live="polite">
      {parts.length > 0 && (
        <button type="button" className={classes.pill} onClick={onShow}>
          <IconArrowsSort size={14} aria-hidden="true" />
          {parts.join(', ')} <span>{words().show}</span>
        </button>
      )}
    </div>
  );
}
