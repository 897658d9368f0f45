import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket as NodeSocket } from 'ws';
import { LiveClient } from '@/lib/live-client/live-client';
import { SmallHub } from './hub';

let hub: SmallHub;
let client: LiveClient;
let ticketCount: number;

/** What a screen heard. */
class Screen {
  readonly heard: unknown[] = [];
  resets = 0;
  onDelta(data: unknown) {
    this.heard.push(data);
  }
  onReset() {
    this.resets += 1;
  }
}

function newClient(random = () => 0.5): LiveClient {
  return new LiveClient({
    ticket: async () => {
      if (hub.refusesTickets) throw new Error('signed out');
      ticketCount += 1;
      return `ticket-${ticketCount}`;
    },
    url: (ticket) => `${hub.url}?ticket=${ticket}`,
    connect: (url, subprotocol) => {
      const socket = new NodeSocket(url, subprotocol);
      // Node's socket throws what nobody listens to; browsers' do not.
      socket.on('error', () => undefined);
      return socket as unknown as WebSocket;
    },
    now: Date.now,
    random,
    isSignedOut: (error) => error instanceof Error && error.message === 'signed out',
  });
}

const until = (is: () => boolean) => vi.waitFor(() => expect(is()).toBe(true), { timeout: 5_000, interval: 2 });

beforeEach(async () => {
  hub = await SmallHub.start();
  ticketCount = 0;
  client = newClient();
});

afterEach(async () => {
  client.stop();
  await hub.stop();
});

async function watching(): Promise<Screen> {
  const screen = new Screen();
  client.follow('stock', screen);
  client.start();
  await until(() => screen.resets === 1);
  return screen;
}

describe('one socket', () => {
  test('a screen is told to load once it is subscribed, and hears what comes after', async () => {
    const screen = await watching();
    hub.publish('one');
    hub.publish('two');
    await until(() => screen.heard.length === 2);
    expect(screen.heard).toEqual(['one', 'two']);
    expect(client.status.phase).toBe('live');
  });

  test('two screens share a socket and a subscription', async () => {
    const first = await watching();
    const second = new Screen();
    const leave = client.follow('stock', second);
    hub.publish('one');
    await until(() => first.heard.length === 1 && second.heard.length === 1);
    expect(hub.watchers).toBe(1);
    expect(hub.asked.filter(({ type }) => type === 'subscribe')).toHaveLength(1);
    leave();
    hub.publish('two');
    await until(() => first.heard.length === 2);
    expect(second.heard).toEqual(['one']);
    expect(hub.asked.some(({ type }) => type === 'unsubscribe')).toBe(false);
  });

  test('a ping is answered with its window', async () => {
    await watching();
    hub.tellAll({ type: 'ping', window: 7 });
    await until(() => hub.asked.some(({ type, window }) => type === 'ack' && window === 7));
  });

  test('every connection has a ticket of its own', async () => {
    await watching();
    hub.cut();
    await until(() => hub.tickets.length === 2);
    expect(hub.tickets).toEqual(['ticket-1', 'ticket-2']);
  });
});

describe('coming back', () => {
  test('what happened during a cut is caught up, in order and once', async () => {
    const screen = await watching();
    hub.publish(1);
    await until(() => screen.heard.length === 1);
    hub.cut();
    for (let n = 2; n <= 15; n += 1) hub.publish(n);
    await until(() => screen.heard.length === 15);
    expect(screen.heard).toEqual(Array.from({ length: 15 }, (_, n) => n + 1));
    expect(screen.resets).toBe(1);
    expect(client.status.caughtUp?.changes).toBe(14);
  });

  test('a message that was lost on the way is noticed and asked for', async () => {
    const screen = await watching();
    hub.publish(1);
    hub.publish(2, { isLost: true });
    hub.publish(3);
    await until(() => screen.heard.length === 3);
    expect(screen.heard).toEqual([1, 2, 3]);
    expect(screen.resets).toBe(1);
  });

  test('what the hub has forgotten is said to be lost, never skipped', async () => {
    hub.ring = 4;
    const screen = await watching();
    hub.publish(0);
    await until(() => screen.heard.length === 1);
    hub.cut();
    for (let n = 1; n <= 20; n += 1) hub.publish(n);
    await until(() => screen.resets === 2);
    hub.publish(21);
    await until(() => screen.heard.length === 2);
    expect(screen.heard).toEqual([0, 21]);
  });

  test('another life of the hub is another epoch: the screen begins anew', async () => {
    const screen = await watching();
    hub.publish('old');
    await until(() => screen.heard.length === 1);
    hub.restart('b');
    await until(() => screen.resets === 2);
    hub.publish('new');
    await until(() => screen.heard.length === 2);
    expect(screen.heard).toEqual(['old', 'new']);
  });

  test('an unasked `subscribed` of a new epoch resets the screen', async () => {
    const screen = await watching();
    hub.tellAll({ type: 'subscribed', topic: 'stock', epoch: 'c', seq: 0, recovered: false, snapshot: null });
    await until(() => screen.resets === 2);
  });

  test('random cuts, losses, restarts and a short ring: nothing is missed in silence and nothing comes twice', async () => {
    // A small generator of its own, so that a failure can be run again.
    for (let seed = 1; seed <= 12; seed += 1) {
      let state = seed;
      const random = () => {
        state = (state * 48_271) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      const screen = await watchingWith(random);
      for (let n = 1; n <= 120; n += 1) {
        const dice = random();
        hub.publish(`${hub.epoch}${hub.seq + 1}`, { isLost: dice < 0.15 });
        if (dice > 0.94) hub.cut();
        if (dice > 0.985) hub.restart(`${seed}-${n}-`);
        if (dice > 0.5) await new Promise((resolve) => setImmediate(resolve));
      }
      await until(() => hub.watchers === 1 && client.status.phase === 'live');
      // Said until it is heard: one that falls between two subscriptions may be among what is said to be lost.
      await until(() => {
        hub.publish('end');
        return screen.log.includes('end');
      });
      expect(screen.faults(), `seed ${seed}`).toEqual([]);
      client.stop();
      await until(() => hub.watchers === 0);
    }
  });
});

/** Hears and remembers where it was told to begin anew; anything else out of order is a fault. */
class StrictScreen extends Screen {
  readonly log: string[] = [];
  override onDelta(data: unknown) {
    this.log.push(String(data));
  }
  override onReset() {
    super.onReset();
    this.log.push('reset');
  }
  faults(): string[] {
    const split = (name: string) => /^(.*?)(\d+)$/.exec(name)?.slice(1) ?? [name, '0'];
    return this.log.flatMap((name, n) => {
      const before = this.log[n - 1];
      if (before === undefined || before === 'reset' || name === 'reset' || name === 'end') return [];
      const [epoch, seq] = split(name);
      const [lastEpoch, lastSeq] = split(before);
      return epoch === lastEpoch && Number(seq) === Number(lastSeq) + 1 ? [] : [`${before} → ${name}`];
    });
  }
}

async function watchingWith(random: () => number): Promise<StrictScreen> {
  hub.epoch = 'e';
  hub.ring = 8;
  client = newClient(random);
  const screen = new StrictScreen();
  client.follow('stock', screen);
  client.start();
  await until(() => screen.resets > 0);
  return screen;
}

describe('being away', () => {
  test('after a stop whoever listens goes on, from the beginning', async () => {
    const screen = await watching();
    client.stop();
    hub.restart('other');
    client.start();
    await until(() => screen.resets === 2);
    hub.publish('theirs');
    await until(() => screen.heard.length === 1);
    expect(hub.asked.filter(({ type }) => type === 'subscribe').at(-1)?.epoch).toBeUndefined();
  });

  test('4001 ends it for good, and says so', async () => {
    await watching();
    hub.close(4001);
    await until(() => client.status.phase === 'ended');
    expect(client.status.closeCode).toBe(4001);
    expect(hub.tickets).toHaveLength(1);
  });

  test('a ticket refused because nobody is signed in ends it too', async () => {
    await watching();
    hub.refusesTickets = true;
    hub.cut();
    await until(() => client.status.phase === 'ended');
  });

  test('a role that changed, a slow screen and a stopping hub are reasons to come back', async () => {
    await watching();
    for (const [n, code] of [4003, 4008, 1001].entries()) {
      hub.close(code);
      await until(() => hub.tickets.length === n + 2 && client.status.phase === 'live');
    }
  });

  test('the hint before a planned stop is honoured', async () => {
    await watching();
    hub.tellAll({ type: 'reconnect', after_ms: 400 });
    await until(() => client.status.phase === 'waiting');
    expect((client.status.retryAt ?? 0) - Date.now()).toBeLessThanOrEqual(400);
    await until(() => hub.tickets.length === 2);
  });

  test('the age of what is shown grows from the last word heard, also while away', async () => {
    await watching();
    const heardAt = client.status.heardAt;
    client.sleep();
    expect(client.status.phase).toBe('waiting');
    expect(client.status.heardAt).toBe(heardAt);
    client.wake();
    await until(() => client.status.phase === 'live');
    expect(client.status.heardAt).toBeGreaterThanOrEqual(heardAt ?? Number.POSITIVE_INFINITY);
  });
});
