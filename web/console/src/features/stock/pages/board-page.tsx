import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useMay } from '@/lib/session';
import { EmptyState } from '@/shared/components/empty-state';
import { Page } from '@/shared/components/page';
import { ProblemNote } from '@/shared/components/problem-note';
import { units } from '@/shared/format/number';
import { boardQuery } from '../api/items';
import { Board } from '../components/board';
import { BoardFilters } from '../components/board-filters';
import { BoardSkeleton } from '../components/board-skeleton';
import { CreateItem } from '../components/create-item';
import { NewsPill } from '../components/news-pill';
import { SelectionBar } from '../components/selection-bar';
import { useNews } from '../news';
import { words } from '../words';

const route = getRouteApi('/shell/stock');

export function BoardPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayCreate = useMay('catalog:write');
  const [isCreating, setCreating] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const board = useInfiniteQuery(boardQuery(search));
  const items = useMemo(() => board.data?.pages.flatMap((page) => page.items), [board.data]);
  const news = useNews(search, items, board.hasNextPage);
  const isFiltered = Boolean(search.q || search.only);
  const create = mayCreate && (
    <Button onClick={() => setCreating(true)} size="sm">
      {words().create}
    </Button>
  );

  return (
    <Page
      isBoard
      title={words().title}
      lead={items && words().count(units(items.length), !board.hasNextPage)}
      actions={create}
    >
      <BoardFilters search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      <NewsPill news={news} onShow={() => void board.refetch().then(news.clear)} />
      {board.isError && !items && <ProblemNote problem={board.error} onRetry={() => void board.refetch()} />}
      {board.isPending && <BoardSkeleton />}
      {items?.length === 0 && (
        <EmptyState
          title={isFiltered ? words().noMatchTitle : words().emptyTitle}
          lead={isFiltered ? words().noMatchLead : words().emptyLead}
          action={
            isFiltered ? (
              <Button size="sm" variant="default" onClick={() => void navigate({ search: {} })}>
                {words().clear}
              </Button>
            ) : (
              create
            )
          }
        />
      )}
      {items && items.length > 0 && (
        <Board
          items={items}
          sort={search.sort}
          onSort={(sort) => void navigate({ search: { ...search, ...(sort ? { sort } : { sort: undefined }) } })}
          selected={selected}
          onSelect={setSelected}
          onEnd={() => board.hasNextPage && !board.isFetchingNextPage && void board.fetchNextPage()}
        />
      )}
      {selected.size > 0 && <SelectionBar ids={[...selected]} onDone={() => setSelected(new Set())} />}
      {isCreating && <CreateItem onClose={() => setCreating(false)} />}
    </Page>
  );
}
