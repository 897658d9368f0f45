/** Everything around the screens. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { whenSignedOut } from '@/lib/api/client';
import { live } from '@/lib/live';
import { queryClient } from '@/lib/query-client';
import { router } from './router';
import { cssVariables, theme } from './theme';

whenSignedOut(() => {
  live.stop();
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { to: location.pathname + location.search, problem: 'signed_out' } });
});

export function Console() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={3} autoClose={8_000} />
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
