import { comesBack, delay } from "./backoff";
import type { Environment, Socket } from "./environment";
import type { Phase, Status } from "./status";
import { Store } from "./store";
import type { ServerMessage } from "./types";

/** Until a try counts as failed: a server that accepts but never welcomes is as good as none. */
export const CONNECT_MS = 10_000;
/** How late a heartbeat may be before the line is called stale … */
export const STALE_MS = 3_000;
/** … and before it is given up and opened anew. */
export const GRACE_MS = 10_000;
/** How long a line must have been live before the next loss starts with the shortest wait again. */
export const STEADY_MS = 10_000;
const HEARTBEAT_S = 20;

export interface LineOptions {
  env: Environment;
  url: string;
  /** The first frame, made anew before each connection. */
  hello(): object | Promise<object>;
  onMessage(message: ServerMessage): void;
  onStopped(reason: string): void;
}

type Bye = Extract<ServerMessage, { type: "bye" }>;

/** One connection at a time to one address, opened again and again until it is stopped. Knows no campaign. */
export class Line {
  readonly status: Store<Status>;
  #socket: Socket | null = null;
  /** What a first frame that is still being made belongs to: another one may be wanted meanwhile. */
  #dialing: object | null = null;
  #bye: Bye | null = null;
  #attempt = 0;
  #heard = 0;
  #heartbeatMs = HEARTBEAT_S * 1000;
  #cancelTimer = (): void => undefined;
  #cancelWake = (): void => undefined;

  constructor(private readonly options: LineOptions) {
    this.status = new Store<Status>(this.#status("connecting"));
  }

  get isLive(): boolean {
    const { phase } = this.status.get();
    return phase === "live" || phase === "stale";
  }

  open(): void {
    if (this.status.get().phase === "stopped") this.status.set(this.#status("connecting"));
    this.#cancelWake();
    this.#cancelWake = this.options.env.onWake(() => this.#wake());
    this.#connect();
  }

  send(frame: string): void {
    this.#socket?.send(frame);
  }

  /** The server welcomed us; from now on it is heard of at least every `heartbeatS` seconds. */
  live(heartbeatS: number): void {
    this.#heartbeatMs = (heartbeatS > 0 ? heartbeatS : HEARTBEAT_S) * 1000;
    this.status.set(this.#status("live"));
    this.#watch();
  }

  /** Give this connection up and open another one, after a wait or at once. */
  drop(reason: string, atOnce = false): void {
    this.#discard();
    this.#retry(reason, null, atOnce ? 0 : undefined);
  }

  stop(reason: string, code: number | null = null): void {
    this.#discard();
    this.#cancelWake();
    this.#cancelWake = () => undefined;
    this.status.set(this.#status("stopped", reason, code));
    this.options.onStopped(reason);
  }

  /** Whether nothing at all was heard for so long. */
  silentFor(ms: number): boolean {
    return this.options.env.now() - this.#heard >= ms;
  }

  #status(
    phase: Phase,
    reason: string | null = null,
    code: number | null = null,
    retryAt: number | null = null,
  ): Status {
    return { phase, since: this.options.env.now(), reason, code, retryAt };
  }

  #connect(): void {
    this.#discard();
    this.#bye = null;
    this.#cancelTimer = this.options.env.after(CONNECT_MS, () => this.drop("The server did not answer in time"));
    const hello = this.options.hello();
    if (!(hello instanceof Promise)) return this.#dial(hello);
    const dial = (this.#dialing = {});
    hello.then(
      (frame) => dial === this.#dialing && this.#dial(frame),
      (why) => dial === this.#dialing && this.drop(String(why)),
    );
  }

  #dial(hello: object): void {
    let socket: Socket;
    try {
      socket = this.options.env.open(this.options.url);
    } catch (error) {
      this.stop(`No address of a server: ${String(error)}`);
      return;
    }
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(hello));
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
  }

  #receive(data: unknown): void {
    this.#heard = this.options.env.now();
    let message: ServerMessage;
    try {
      message = JSON.parse(String(data)) as ServerMessage;
    } catch {
      this.drop("The server sent something that is not JSON");
      return;
    }
    if (message.type === "bye") this.#bye = message;
    this.options.onMessage(message);
  }

  #closed(code: number, reason: string): void {
    const bye = this.#bye;
    const said = bye?.reason || reason || "The connection was lost";
    const verdict = bye?.code ?? code;
    if (bye ? bye.reconnect : comesBack(code)) {
      this.#discard();
      this.#retry(said, verdict, bye?.retry_after_ms ?? undefined);
    } else {
      this.stop(said, verdict);
    }
  }

  #retry(reason: string, code: number | null, retryAfterMs?: number): void {
    const { env } = this.options;
    const before = this.status.get();
    if (this.isLive && env.now() - before.since >= STEADY_MS) this.#attempt = 0;
    const wait = delay(this.#attempt, () => env.random(), retryAfterMs);
    this.#attempt += 1;
    const next = this.#status("retrying", reason, code, env.now() + wait);
    this.status.set(before.phase === "retrying" ? { ...next, since: before.since } : next);
    this.#cancelTimer = env.after(wait, () => this.#connect());
  }

  #watch(): void {
    this.#cancelTimer();
    const { env } = this.options;
    const quiet = env.now() - this.#heard;
    if (quiet >= this.#heartbeatMs + GRACE_MS) {
      this.drop("The server fell silent", true);
      return;
    }
    const stale = quiet >= this.#heartbeatMs + STALE_MS;
    if (stale !== (this.status.get().phase === "stale")) {
      this.status.set(this.#status(stale ? "stale" : "live", stale ? "A heartbeat is overdue" : null));
    }
    const limit = this.#heartbeatMs + (stale ? GRACE_MS : STALE_MS);
    this.#cancelTimer = env.after(Math.min(limit - quiet, 1_000), () => this.#watch());
  }

  /** `offline` is not asked: a server on this very machine answers without a network. */
  #wake(): void {
    if (this.isLive) this.#watch();
    else if (this.status.get().phase === "retrying") this.#connect();
  }

  #discard(): void {
    this.#cancelTimer();
    this.#dialing = null;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }
}
