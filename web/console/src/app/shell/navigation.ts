/** Where one can go: the sidebar, the palette and the keys read this one list. */
import {
  IconActivityHeartbeat,
  IconBolt,
  IconHistory,
  IconKey,
  IconPackages,
  IconPlugConnected,
  IconUsers,
} from '@tabler/icons-react';
import { words } from '../words';

export const destinations = [
  { to: '/home', name: () => words().home, key: 'h', icon: IconActivityHeartbeat, group: 'sell', needs: undefined },
  { to: '/stock', name: () => words().stock, key: 's', icon: IconPackages, group: 'sell', needs: 'stock:read' },
  { to: '/flash-sale', name: () => words().flashSale, key: 'f', icon: IconBolt, group: 'sell', needs: 'stock:read' },
  { to: '/team', name: () => words().team, key: 't', icon: IconUsers, group: 'manage', needs: 'people:read' },
  { to: '/api-keys', name: () => words().apiKeys, key: 'k', icon: IconKey, group: 'manage', needs: 'keys:read' },
  {
    to: '/settings',
    name: () => words().settings,
    key: 'p',
    icon: IconPlugConnected,
    group: 'manage',
    needs: 'settings:read',
  },
  { to: '/audit-log', name: () => words().auditLog, key: 'a', icon: IconHistory, group: 'manage', needs: 'audit:read' },
] as const;

export type Destination = (typeof destinations)[number];

/** Those that the session may see. */
export function visible(permissions: readonly string[]): Destination[] {
  return destinations.filter(({ needs }) => needs === undefined || permissions.includes(needs));
}
