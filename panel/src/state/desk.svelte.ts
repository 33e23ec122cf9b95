/** The live table and what was asked of it: every control asks here, and sees here how it is going. */

import {
  type Commands,
  type Committed,
  type Environment,
  type EventNews,
  follow,
  type FollowOptions,
  type Status,
  type Table,
  uuid,
  type Welcome,
} from "@tablecast/client";

import type { Character, TableEvent, View } from "../lib/model";
import { begun, type Doing, doing, done, failed, failureAt, type Ask, type Pending, turned } from "../lib/pending";
import type { Present } from "../lib/presence";
import { problemOf } from "../lib/problem";

/** A click made while the server is away waits this long for it; the same command never happens twice. */
export const PATIENCE_MS = 30 * 60_000;
/** The close code of a token that has ended or was revoked. */
const NOT_AUTHENTICATED = 4401;

interface Asked<N extends keyof Commands> {
  /** The control that shows how it goes, such as `hp:<character>`. */
  control: string;
  /** What the person did, in words. */
  what: string;
  name: N;
  data: Commands[N];
  /** Where the table was when the person looked: refused if what it touches was changed since by somebody else. */
  expect_seq?: number;
}

export type Request = { [N in keyof Commands]: Asked<N> }[keyof Commands];

export interface DeskOptions {
  url: string;
  campaign: string;
  /** As the kit takes it: a function is asked before each connection. */
  token: NonNullable<FollowOptions["token"]>;
  version: string;
  environment?: Environment;
  /** The server is another build than the one this page came from. */
  onServerChange?(): void;
  /** The token is about to end, or was refused: a newer one is wanted, and given with `renew`. */
  onTokenEnd?(): void;
}

const STARTING: Status = { phase: "connecting", since: 0, reason: null, code: null, retryAt: null };

export class Desk {
  view = $state.raw<View | null>(null);
  status = $state.raw<Status>(STARTING);
  welcome = $state.raw<Welcome | null>(null);
  pending = $state.raw<Pending>([]);
  /** Who is connected; null until the server says. */
  presence = $state.raw<readonly Present[] | null>(null);
  /** The last thing that was agreed to, for screen readers. */
  said = $state("");
  readonly #table: Table;
  #wasWelcome = true;
  readonly #turns = new Map<string, Promise<boolean>>();
  readonly #requests = new Map<string, Request>();
  /** What waits for somebody to sign in again: told whether they did. */
  readonly #waiting = new Set<(isBack: boolean) => void>();
  readonly #listeners = new Set<(event: TableEvent, news: EventNews) => void>();
  readonly #skipped = new Set<(seq: number) => void>();

  constructor(private readonly options: DeskOptions) {
    const { url, campaign, token, version, environment, onServerChange, onTokenEnd } = options;
    this.#table = follow({
      url,
      campaign,
      token,
      client: { kind: "panel", name: "Control panel", version },
      ...(environment ? { environment } : {}),
      onState: (view) => (this.view = view),
      onStatus: (status) => this.#turned(status),
      onWelcome: (welcome) => this.#welcomed(welcome),
      onServerChange: () => onServerChange?.(),
      onExpiring: () => onTokenEnd?.(),
      onPresence: ({ clients }) => (this.presence = clients),
      onEvent: (event, news) => this.#listeners.forEach((listener) => listener(event, news)),
      onSnapshot: (seq) => this.#skipped.forEach((listener) => listener(seq)),
    });
  }

  get online(): boolean {
    return this.status.phase === "live" || this.status.phase === "stale";
  }

  /** How far the log goes, as this page knows. */
  get seq(): number {
    return this.#table.position?.seq ?? this.welcome?.seq ?? 0;
  }

  /** Characters in the order in which they are on screen. */
  get onScreen(): Character[] {
    const { view } = this;
    return view ? view.roster.flatMap((id) => view.characters[id] ?? []) : [];
  }

  /** All others, by name. */
  get offScreen(): Character[] {
    const { view } = this;
    if (!view) return [];
    const others = Object.values(view.characters).filter(({ id }) => !view.roster.includes(id));
    return others.sort((a, b) => a.name.localeCompare(b.name));
  }

  get everybody(): Character[] {
    return [...this.onScreen, ...this.offScreen];
  }

  nameOf = (id: string): string => this.view?.characters[id]?.name ?? "Somebody";

  /** Hear of each event as it arrives; answers how to stop. */
  onEvent(listener: (event: TableEvent, news: EventNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hear of each place up to which events were left out for the state they led to; answers how to stop. */
  onSnapshot(listener: (seq: number) => void): () => void {
    this.#skipped.add(listener);
    return () => this.#skipped.delete(listener);
  }

  /** Ask the table for a change. Answers whether it happened; why not is shown at the control. */
  async ask(request: Request): Promise<boolean> {
    return (await this.commit(request)) !== null;
  }

  /** For changes of whole lists: one after the other, each made of the table as it then is. */
  askInTurn(control: string, make: () => Request): Promise<boolean> {
    const before = this.#turns.get(control) ?? Promise.resolve(true);
    const next = before.then(() => this.ask({ ...make(), expect_seq: this.seq }));
    this.#turns.set(control, next);
    return next;
  }

  async commit(request: Request, id: string = uuid()): Promise<Committed | null> {
    const { control, what, name } = request;
    this.#requests.set(id, request);
    this.pending = begun(this.pending, { id, control, name, what }, this.online);
    try {
      const committed = await this.#carryOut(request, id);
      this.#forget(id);
      this.said = committed.seq === null ? `${what}: nothing changed` : `${what}: done`;
      return committed;
    } catch (thrown) {
      this.pending = failed(this.pending, id, problemOf(thrown));
      return null;
    }
  }

  /** Where the sign-in ends under way, the same is asked once more, under its id, when somebody is signed in again. */
  async #carryOut({ name, data, expect_seq }: Request, id: string): Promise<Committed> {
    const expected = expect_seq === undefined ? {} : { expect_seq };
    for (;;) {
      try {
        return await this.#table.command(name, data, { id, deadlineMs: PATIENCE_MS, ...expected });
      } catch (thrown) {
        if (problemOf(thrown).code !== "closed" || !this.#isSignedOut || !(await this.#signedIn())) throw thrown;
      }
    }
  }

  /** A person's sign-in can begin again beneath an open table; a machine's token that ended is another table's. */
  get #isSignedOut(): boolean {
    const { phase, code } = this.status;
    return phase === "stopped" && code === NOT_AUTHENTICATED && this.options.onTokenEnd !== undefined;
  }

  #signedIn(): Promise<boolean> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #tellWaiting(isBack: boolean): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const tell of waiting) tell(isBack);
  }

  /** Ask again for what failed, with the table as it is now in sight. Where it is not known to have failed, under the same id, so it can't happen twice. */
  async again(ask: Ask): Promise<boolean> {
    const request = this.#requests.get(ask.id);
    if (!request) return false;
    const unsure = ask.problem?.code === "timeout" || ask.problem?.code === "closed";
    const seen = request.expect_seq !== undefined && !unsure ? { ...request, expect_seq: this.seq } : request;
    this.#forget(ask.id);
    return (await this.commit(seen, unsure ? ask.id : uuid())) !== null;
  }

  dismiss(ask: Ask): void {
    this.#forget(ask.id);
  }

  doing(control: string, name?: string): Doing {
    return doing(this.pending, control, name);
  }

  failure(control: string): Ask | null {
    return failureAt(this.pending, control);
  }

  /** A newer token for the same person: the connection goes on with it, or begins again. */
  renew(token: string): void {
    this.#table.refresh(token);
  }

  close(): void {
    this.#table.close();
    this.#tellWaiting(false);
  }

  #forget(id: string): void {
    this.#requests.delete(id);
    this.pending = done(this.pending, id);
  }

  #welcomed(welcome: Welcome): void {
    this.welcome = welcome;
    this.#wasWelcome = true;
  }

  #turned(status: Status): void {
    this.status = status;
    this.pending = turned(this.pending, this.online);
    if (this.online) this.#tellWaiting(true);
    if (status.phase !== "stopped" || status.code !== NOT_AUTHENTICATED || !this.#wasWelcome) return;
    this.#wasWelcome = false; // a new token that is refused, too, is not followed by another one
    this.options.onTokenEnd?.();
  }
}
