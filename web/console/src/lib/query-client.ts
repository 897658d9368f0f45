/** Where everything that came from the hub lives. */
import { QueryClient } from '@tanstack/react-query';
import { Problem } from './api/problem';

const mayHelp = (error: unknown) => !(error instanceof Problem) || error.status === 0 || error.status >= 500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < 2 && mayHelp(error),
      refetchOnWindowFocus: false,
    },
  },
});
