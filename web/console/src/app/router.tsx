/** All screens on one page. Their first path parts stand in `screens.json`, which the hub reads too. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { parseAuditSearch } from '@/features/audit-log/search';
import { parseSignInSearch } from '@/features/sign-in/search';
import { parseBoardSearch, parseItemSearch } from '@/features/stock/search';
import { queryClient } from '@/lib/query-client';
import { sessionQuery } from '@/lib/session';
import { FailedScreen } from '@/shared/components/failed-screen';
import { NotFound } from './not-found';
import { Shell } from './shell/shell';
import { Splash } from './splash';

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: FailedScreen });

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/home' });
  },
});

/** Screens for somebody who is not signed in. */
const door = createRoute({
  getParentRoute: () => root,
  id: 'door',
  component: lazyRouteComponent(() => import('@/features/sign-in/components/door'), 'Door'),
});
const signIn = createRoute({
  getParentRoute: () => door,
  path: '/sign-in',
  validateSearch: parseSignInSearch,
  component: lazyRouteComponent(() => import('@/features/sign-in/pages/sign-in-page'), 'SignInPage'),
});
const signUp = createRoute({
  getParentRoute: () => door,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('@/features/sign-in/pages/sign-up-page'), 'SignUpPage'),
});
const verify = createRoute({
  getParentRoute: () => door,
  path: '/verify',
  component: lazyRouteComponent(() => import('@/features/sign-in/pages/verify-page'), 'VerifyPage'),
});
const forgot = createRoute({
  getParentRoute: () => door,
  path: '/forgot',
  component: lazyRouteComponent(() => import('@/features/sign-in/pages/forgot-page'), 'ForgotPage'),
});
const reset = createRoute({
  getParentRoute: () => door,
  path: '/reset',
  component: lazyRouteComponent(() => import('@/features/sign-in/pages/reset-page'), 'ResetPage'),
});
const confirmEmail = createRoute({
  getParentRoute: () => door,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('@/features/sign-in/pages/confirm-email-page'), 'ConfirmEmailPage'),
});
const invitation = createRoute({
  getParentRoute: () => door,
  path: '/invitation',
  component: lazyRouteComponent(() => import('@/features/sign-in/pages/invitation-page'), 'InvitationPage'),
});

/** Screens for members. Nothing of them is drawn before the hub says who is signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search: { to: location.href } });
  },
  component: Shell,
  pendingComponent: Splash,
  pendingMs: 0,
  pendingMinMs: 0,
  errorComponent: FailedScreen,
});
const home = createRoute({
  getParentRoute: () => shell,
  path: '/home',
  component: lazyRouteComponent(() => import('@/features/home/pages/home-page'), 'HomePage'),
});
const stock = createRoute({
  getParentRoute: () => shell,
  path: '/stock',
  validateSearch: parseBoardSearch,
  component: lazyRouteComponent(() => import('@/features/stock/pages/board-page'), 'BoardPage'),
});
const item = createRoute({
  getParentRoute: () => shell,
  path: '/stock/$itemId',
  validateSearch: parseItemSearch,
  component: lazyRouteComponent(() => import('@/features/stock/pages/item-page'), 'ItemPage'),
});
const flashSale = createRoute({
  getParentRoute: () => shell,
  path: '/flash-sale',
  component: lazyRouteComponent(() => import('@/features/flash-sale/pages/cockpit-page'), 'CockpitPage'),
});
const team = createRoute({
  getParentRoute: () => shell,
  path: '/team',
  component: lazyRouteComponent(() => import('@/features/team/pages/team-page'), 'TeamPage'),
});
const apiKeys = createRoute({
  getParentRoute: () => shell,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('@/features/api-keys/pages/api-keys-page'), 'ApiKeysPage'),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('@/features/settings/pages/settings-page'), 'SettingsPage'),
});
const auditLog = createRoute({
  getParentRoute: () => shell,
  path: '/audit-log',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('@/features/audit-log/pages/audit-log-page'), 'AuditLogPage'),
});
const profile = createRoute({
  getParentRoute: () => shell,
  path: '/profile',
  component: lazyRouteComponent(() => import('@/features/profile/pages/profile-page'), 'ProfilePage'),
});

const tree = root.addChildren([
  index,
  door.addChildren([signIn, signUp, verify, forgot, reset, confirmEmail, invitation]),
  shell.addChildren([home, stock, item, flashSale, team, apiKeys, settings, auditLog, profile]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
