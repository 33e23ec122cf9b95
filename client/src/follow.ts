import { CommandError, Pending, type Committed } from "./commands";
import { browser, socketUrl, type Environment } from "./environment";
import { Line } from "./line";
import { apply } from "./reducer";
import type { Status } from "./status";
import { guarded, Store, type Readable } from "./store";
import type { Commands, Position, Presence, Problem, Report, ServerMessage, Snapshot, TableEvent, View, Welcome } from "./types";

/** How long the line may be silent after a command before the command is sent again on a new one. */
export const PATIENCE_MS = 4_000;

/** What came with an event. `replayed`: it happened while nobody was listening here, so it is no news. */
export interface EventNews {
  before: View;
  after: View;
  replayed: boolean;
}

type Token = string | null;

export interface FollowOptions {
  /** The server, as http(s) or ws(s) address; `location.origin` in its own pages. */
  url: string;
  /** Id or slug. */
  campaign: string;
  /** A function is asked anew before each connection: for tokens that end sooner than the page is closed. */
  token?: Token | (() => Token | Promise<Token>);
  client?: { kind: string; name?: string; version?: string };
  onState?(view: View): void;
  onEvent?(event: TableEvent, news: EventNews): void;
  /**
   * A snapshot replaced what was held: events up to `seq` were left out. Where the page was too slow for them, the rolls
   * and announcements among them were told just before this.
   */
  onSnapshot?(seq: number): void;
  /** Each change; the present one is `table.status.get()`. */
  onStatus?(status: Status): void;
  onWelcome?(welcome: Welcome): void;
  /** The server is another build than the one first met: a page may want to load itself anew. */
  onServerChange?(server: string, before: string): void;
  /** Who is connected now; only the game master's audience hears of it. */
  onPresence?(presence: Presence): void;
  /** The token ends at that time, in a minute or less: `refresh` with a newer one keeps the connection. */
  onExpiring?(expiresAt: string): void;
  /** A frame of ours was refused as unreadable. */
  onProblem?(problem: Problem): void;
  environment?: Environment;
}

export interface CommandOptions {
  /** Refuse, with the present state, if what the command touches changed after this seq. */
  expect_seq?: number;
  /** Give the same id to ask about the same command again; a new one is made otherwise. */
  id?: string;
  deadlineMs?: number;
}

export interface Table extends Readable<View | null> {
  readonly status: Readable<Status>;
  readonly position: Position | null;
  readonly welcome: Welcome | null;
  /** Resolves when it is committed; rejects with a `CommandError`. Survives reconnects; happens at most once. */
  command<N extends keyof Commands>(name: N, data: Commands[N], options?: CommandOptions): Promise<Committed>;
  /** A new token: on the open socket, or for the next try; also starts again after a stop. */
  refresh(token: string): void;
  /** Try now: instead of waiting, or again after a stop. */
  retry(): void;
  /** Tell the panel how this page is; the last report is said again after each reconnect. */
  report(report: Report): void;
  close(): void;
}

class Follower implements Table {
  readonly #options: FollowOptions;
  readonly #env: Environment;
  readonly #line: Line;
  readonly #state = new Store<View | null>(null);
  readonly #pending: Pending;
  #token: Token | (() => Token | Promise<Token>);
  #position: Position | null = null;
  #welcome: Welcome | null = null;
  #server: string | null = null;
  #report: string | null = null;
  #cancelPatience = (): void => undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#env = options.environment ?? browser();
    this.#token = options.token ?? null;
    this.#line = new Line({
      env: this.#env,
      url: socketUrl(options.url, options.campaign),
      hello: () => this.#hello(),
      onMessage: (message) => this.#receive(message),
      onStopped: (detail) => this.#pending.failAll({ code: "closed", detail }),
    });
    this.#pending = new Pending(this.#env, this.#line);
    if (options.onStatus) this.#line.status.listen(options.onStatus);
    this.#line.open();
  }

  get status(): Readable<Status> {
    return this.#line.status;
  }

  get position(): Position | null {
    return this.#position;
  }

  get welcome(): Welcome | null {
    return this.#welcome;
  }

  get(): View | null {
    return this.#state.get();
  }

  subscribe(listener: (view: View | null) => void): () => void {
    return this.#state.subscribe(listener);
  }

  command<N extends keyof Commands>(name: N, data: Commands[N], options: CommandOptions = {}): Promise<Committed> {
    const id = options.id ?? this.#env.id();
    const { phase, reason } = this.#line.status.get();
    if (phase === "stopped") {
      return Promise.reject(new CommandError(id, { code: "closed", detail: reason ?? "Not connected" }));
    }
    const expect = options.expect_seq === undefined ? {} : { expect_seq: options.expect_seq };
    const frame = JSON.stringify({ type: "command", id, name, data, ...expect });
    const refusal = this.#pending.refusal(id, frame);
    if (refusal) return Promise.reject(refusal);
    const answer = this.#pending.add(id, frame, options.deadlineMs);
    if (this.#line.isLive) this.#expectAnswer();
    return answer;
  }

  refresh(token: string): void {
    if (typeof this.#token !== "function") this.#token = token;
    if (this.#line.isLive) this.#line.send(JSON.stringify({ type: "refresh", token }));
    else if (this.#line.status.get().phase === "stopped") this.#line.open();
  }

  retry(): void {
    if (["stopped", "retrying"].includes(this.#line.status.get().phase)) this.#line.open();
  }

  report(report: Report): void {
    this.#report = JSON.stringify({ type: "report", ...report });
    if (this.#line.isLive) this.#line.send(this.#report);
  }

  close(): void {
    this.#line.stop("Closed by this page");
  }

  #hello(): object | Promise<object> {
    const token = typeof this.#token === "function" ? this.#token() : this.#token;
    return token instanceof Promise ? token.then((made) => this.#subscribe(made)) : this.#subscribe(token);
  }

  #subscribe(token: Token): object {
    return {
      type: "subscribe",
      ...(token ? { token } : {}),
      ...(this.#position ? { since: this.#position } : {}),
      ...(this.#options.client ? { client: this.#options.client } : {}),
    };
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message);
      case "snapshot":
        return this.#replaced(message);
      case "event":
        return this.#happened(message.event, message.seq);
      case "heartbeat":
        return this.#moveTo(message.seq);
      case "result":
        return this.#pending.settle(message);
      case "bye":
        // 4010: what we hold no longer fits the log, so ask for a fresh snapshot
        if (message.code === 4010) this.#position = null;
        return;
      case "presence":
        return guarded(() => this.#options.onPresence?.(message));
      case "expiring":
        return guarded(() => this.#options.onExpiring?.(message.expires_at));
      case "error":
        return guarded(() => this.#options.onProblem?.(message.error));
      default:
        return; // a message of a later protocol: not for us
    }
  }

  #welcomed(welcome: Welcome): void {
    const seen = this.#server;
    this.#welcome = welcome;
    this.#server = welcome.server;
    guarded(() => this.#options.onWelcome?.(welcome));
    if (seen !== null && seen !== welcome.server) {
      guarded(() => this.#options.onServerChange?.(welcome.server, seen));
    }
    if (welcome.resumed && this.#position) this.#live();
    else this.#position = null;
  }

  #live(): void {
    const isNew = !this.#line.isLive; // a refreshed token brings a welcome, too
    this.#line.live(this.#welcome?.heartbeat_s ?? 0);
    if (!isNew) return;
    if (this.#report) this.#line.send(this.#report);
    this.#pending.resend();
    if (this.#pending.size > 0) this.#expectAnswer();
  }

  #replaced({ state, seq, missed }: Snapshot): void {
    const known = this.#position?.seq ?? Infinity;
    this.#show(state, seq);
    for (const { event } of missed ?? []) {
      if (event.seq > known) this.#tell(event, { before: state, after: state, replayed: true });
    }
    guarded(() => this.#options.onSnapshot?.(seq)); // behind them: whoever keeps a list begins it anew from here
    this.#live();
  }

  #tell(event: TableEvent, news: EventNews): void {
    guarded(() => this.#options.onEvent?.(event, news));
  }

  #happened(event: TableEvent, seq: number): void {
    const before = this.#state.get();
    if (!before || !this.#position || seq <= this.#position.seq) return;
    const after = apply(before, event);
    this.#show(after, seq);
    const replayed = seq <= (this.#welcome?.seq ?? 0);
    this.#tell(event, { before, after, replayed });
  }

  #show(view: View, seq: number): void {
    this.#position = { epoch: this.#welcome?.epoch ?? "", seq };
    if (view === this.#state.get()) return;
    this.#state.set(view);
    guarded(() => this.#options.onState?.(view));
  }

  #moveTo(seq: number): void {
    if (this.#position && seq > this.#position.seq) this.#position = { ...this.#position, seq };
  }

  /** A dead connection swallows what is sent into it; a click should not wait for the heartbeat to find out. */
  #expectAnswer(): void {
    this.#cancelPatience();
    this.#cancelPatience = this.#env.after(PATIENCE_MS, () => {
      if (this.#pending.size === 0 || !this.#line.isLive) return;
      if (this.#line.silentFor(PATIENCE_MS)) this.#line.drop("The server did not answer a command", true);
      else this.#expectAnswer();
    });
  }
}

/** Follow a campaign: its state now, every change as it happens, and commands to change it. */
export function follow(options: FollowOptions): Table {
  return new Follower(options);
}
