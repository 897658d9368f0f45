/** A small hub that speaks `entrepot.live.v1` over real sockets: it can cut, skip, restart and forget. */
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

interface Asked {
  type: string;
  topic?: string;
  epoch?: string;
  seq?: number;
  window?: number;
}

export class SmallHub {
  readonly asked: Asked[] = [];
  readonly tickets: string[] = [];
  epoch = 'a';
  seq = 0;
  /** The last so many numbers can be told again. */
  ring = 1_000;
  reconnectMs = { min: 1, max: 5 };
  refusesTickets = false;
  private readonly kept = new Map<number, unknown>();
  private readonly sockets = new Set<WebSocket>();

  private constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket, request) => {
      this.tickets.push(new URL(request.url ?? '', 'http://hub').searchParams.get('ticket') ?? '');
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('message', (data) => this.hear(socket, JSON.parse(String(data)) as Asked));
      this.say(socket, {
        type: 'welcome',
        protocol: 1,
        at: new Date(0).toISOString(),
        reconnect_ms: this.reconnectMs,
        ping_every_s: 25,
      });
    });
  }

  static async start(): Promise<SmallHub> {
    const server = new WebSocketServer({ port: 0, handleProtocols: () => 'entrepot.live.v1' });
    await new Promise((resolve) => server.once('listening', resolve));
    return new SmallHub(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get watchers(): number {
    return this.sockets.size;
  }

  /** A change, told to everybody unless it is lost on the way. */
  publish(data: unknown, { isLost = false } = {}): void {
    this.seq += 1;
    this.kept.set(this.seq, data);
    this.kept.delete(this.seq - this.ring);
    if (!isLost) for (const socket of this.sockets) this.tell(socket, this.seq);
  }

  /** Pulls the cable: no close frame, no word. */
  cut(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  close(code: number): void {
    for (const socket of this.sockets) socket.close(code);
  }

  /** Another life of the hub: it remembers nothing. */
  restart(epoch: string): void {
    this.epoch = epoch;
    this.seq = 0;
    this.kept.clear();
    this.cut();
  }

  tellAll(message: object): void {
    for (const socket of this.sockets) this.say(socket, message);
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private hear(socket: WebSocket, message: Asked): void {
    this.asked.push(message);
    if (message.type !== 'subscribe') return;
    const from = message.seq ?? 0;
    const isKnown = message.epoch === this.epoch && from >= this.seq - this.kept.size;
    const head = { type: 'subscribed', topic: message.topic, epoch: this.epoch, seq: this.seq };
    if (!isKnown) {
      this.say(socket, { ...head, recovered: false, snapshot: null });
      return;
    }
    this.say(socket, { ...head, recovered: true, missed: this.seq - from });
    for (let seq = from + 1; seq <= this.seq; seq += 1) this.tell(socket, seq);
  }

  private tell(socket: WebSocket, seq: number): void {
    const at = new Date(seq).toISOString();
    this.say(socket, { type: 'delta', topic: 'stock', from: seq, seq, at, data: this.kept.get(seq) });
  }

  private say(socket: WebSocket, message: object): void {
    socket.send(JSON.stringify(message));
  }
}
