/**
 * One socket for all screens: topics that go on where they stopped, gaps that are noticed, and an honest word on how old the
 * data is. It only reads; nothing is sent later that could not be sent now.
 */
import { type Reconnect, USUAL, waitBefore } from './backoff';
import { type FromHub, isFinal, parse, SUBPROTOCOL, type ToHub } from './messages';
import { type LiveStatus, StatusBoard } from './status';
import { Topic, type TopicListener } from './topic';

/** What the client stands on; tests bring their own. */
export interface Surroundings {
  /** A single-use ticket. Throws when there is none to be had. */
  ticket(): Promise<string>;
  /** Where the socket is. */
  url(ticket: string): string;
  connect(url: string, subprotocol: string): WebSocket;
  now(): number;
  random(): number;
  /** Whether a failed ticket means that nobody is signed in. */
  isSignedOut(error: unknown): boolean;
}

/** Twice the hub's ping and a little: after that, silence is a dead line. */
const silence = (pingEveryS: number) => (pingEveryS * 2 + 5) * 1_000;

export class LiveClient {
  private readonly topics = new Map<string, Topic>();
  private readonly board: StatusBoard;
  private socket: WebSocket | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setTimeout> | undefined;
  private hint: Reconnect = USUAL;
  private pingEveryS = 25;
  private attempt = 0;
  private isRunning = false;
  /** Answers of an older connection are nobody's business. */
  private generation = 0;

  constructor(private readonly world: Surroundings) {
    this.board = new StatusBoard(() => world.now());
  }

  get status(): LiveStatus {
    return this.board.status;
  }

  onStatus(listener: () => void): () => void {
    return this.board.listen(listener);
  }

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.attempt = 0;
    void this.connect();
  }

  stop(): void {
    this.isRunning = false;
    this.drop();
    // Whoever listens goes on listening: to another organization's topics, from their beginning.
    for (const topic of this.topics.values()) topic.forget();
    this.board.reset();
  }

  /** Follows a topic until the returned function is called. */
  follow(name: string, listener: TopicListener): () => void {
    const known = this.topics.get(name);
    const topic = known ?? new Topic(name);
    topic.listeners.add(listener);
    if (!known) {
      this.topics.set(name, topic);
      this.send(topic.subscribe());
    }
    return () => {
      topic.listeners.delete(listener);
      if (topic.listeners.size > 0 || this.topics.get(name) !== topic) return;
      this.topics.delete(name);
      this.send({ type: 'unsubscribe', topic: name });
    };
  }

  /** The machine says that there is a network again: no reason to wait. */
  wake(): void {
    if (!this.isRunning || this.socket !== undefined) return;
    this.attempt = 0;
    clearTimeout(this.retry);
    void this.connect();
  }

  /** The machine says that there is no network: what is on the screen grows old from now on. */
  sleep(): void {
    if (!this.isRunning) return;
    this.drop();
    this.board.waiting(undefined);
  }

  private async connect(): Promise<void> {
    this.drop();
    const generation = this.generation;
    this.board.connecting();
    try {
      const ticket = await this.world.ticket();
      if (generation === this.generation && this.isRunning) this.open(this.world.url(ticket), generation);
    } catch (error) {
      if (generation !== this.generation) return;
      if (this.world.isSignedOut(error)) this.board.ended(4001);
      else this.later(waitBefore(this.attempt, this.hint, this.world.random));
    }
  }

  private open(url: string, generation: number): void {
    const socket = this.world.connect(url, SUBPROTOCOL);
    this.socket = socket;
    const isOurs = () => generation === this.generation;
    socket.onmessage = (event) => {
      const message = isOurs() ? parse(event.data) : undefined;
      if (message) this.receive(message);
    };
    socket.onclose = (event) => {
      if (!isOurs()) return;
      this.socket = undefined;
      if (isFinal(event.code)) this.end(event.code);
      else this.later(waitBefore(this.attempt, this.hint, this.world.random));
    };
    this.listenForLife();
  }

  private receive(message: FromHub): void {
    this.listenForLife();
    this.board.heard();
    switch (message.type) {
      case 'welcome':
        this.hint = { minMs: message.reconnect_ms.min, maxMs: message.reconnect_ms.max };
        this.pingEveryS = message.ping_every_s;
        this.board.live();
        for (const topic of this.topics.values()) this.send(topic.subscribe());
        break;
      case 'ping':
        this.send({ type: 'ack', window: message.window });
        break;
      case 'subscribed': {
        // Only now: a hub that is full, or minds what we say, must not be asked again and again.
        this.attempt = 0;
        const missed = this.topics.get(message.topic)?.answered(message) ?? 0;
        if (missed > 0) this.board.caughtUp(missed);
        break;
      }
      case 'delta': {
        const topic = this.topics.get(message.topic);
        if (topic?.receive(message) === 'gap') this.send(topic.subscribe());
        break;
      }
      case 'reconnect':
        this.drop();
        this.later(message.after_ms);
        break;
      case 'problem':
        this.board.problem(message);
        break;
    }
  }

  private later(waitMs: number): void {
    this.drop();
    this.attempt += 1;
    this.board.waiting(this.world.now() + waitMs);
    this.retry = setTimeout(() => void this.connect(), waitMs);
  }

  private end(closeCode: number): void {
    this.drop();
    this.isRunning = false;
    this.board.ended(closeCode);
  }

  private drop(): void {
    this.generation += 1;
    clearTimeout(this.retry);
    clearTimeout(this.watch);
    this.socket?.close(1000);
    this.socket = undefined;
  }

  private listenForLife(): void {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.later(0), silence(this.pingEveryS));
  }

  private send(message: ToHub): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }
}
