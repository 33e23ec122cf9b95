/** A clock, chance and a server that do what a test says. For tests of pages built on this kit, too. */

import type { Environment, Socket } from "./environment";
import type { ServerMessage, View, Welcome } from "./types";

interface Timer {
  at: number;
  run: () => void;
}

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((close: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closed = false;

  constructor(readonly url: string) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.closed = true;
  }

  /** The network opened it. */
  open(): void {
    this.onopen?.();
  }

  /** The server says something. */
  say(message: ServerMessage | { type: string }): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** The server or the network closed it. */
  lose(code = 1006, reason = ""): void {
    this.closed = true;
    this.onclose?.({ code, reason });
  }

  commands(): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame.type === "command");
  }
}

export class FakeWorld implements Environment {
  readonly sockets: FakeSocket[] = [];
  chance = 0.5;
  #now = 1_000_000;
  #timers = new Set<Timer>();
  #ids = 0;
  #wakes = new Set<() => void>();

  open(url: string): Socket {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return this.chance;
  }

  id(): string {
    this.#ids += 1;
    return `c${this.#ids}`;
  }

  onWake(run: () => void): () => void {
    this.#wakes.add(run);
    return () => this.#wakes.delete(run);
  }

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error("no socket was opened");
    return last;
  }

  wake(): void {
    for (const run of [...this.#wakes]) run();
  }

  /** Let time pass; timers run in order, at their time. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = end;
  }

  /** Time passes while nothing runs: a sleeping laptop, a throttled page. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** Accept the latest connection and bring it up to date. */
  welcome(state: View, seq: number, changes: Partial<Welcome> = {}): FakeSocket {
    const { socket } = this;
    socket.open();
    const welcome: Welcome = {
      type: "welcome",
      protocol: 1,
      server: "1.0.0",
      campaign: state.campaign.id,
      audience: "public",
      role: null,
      epoch: "e1",
      seq,
      resumed: false,
      heartbeat_s: 20,
      ...changes,
    };
    socket.say(welcome);
    if (!welcome.resumed) socket.say({ type: "snapshot", seq, state });
    return socket;
  }
}
