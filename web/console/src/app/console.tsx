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

/** Nobody is signed in any more: said by the API, or by the socket when nobody asks anything. */
function signedOut() {
  live.stop();
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { to: location.pathname + location.search, problem: 'signed_out' } });
}
whenSignedOut(signedOut);
live.onStatus(() => {
  if (live.status.closeCode === 4001) signedOut();
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
