import { Store, type EventNews, type TableEvent, type View } from "@tablecast/client";
import { cues } from "./cues";
import { Effects, type Effect } from "./effects";
import { Freshness, STALE_MS } from "./freshness";

/** All that is on screen: the table as it stands, and what is moving. */
export interface Frame {
  view: View | null;
  effects: readonly Effect[];
}

export interface Outside {
  now(): number;
  after(ms: number, run: () => void): () => void;
}

/** Turns what happens into frames. The state is always shown; an animation only while somebody can see it. */
export class Show {
  readonly frames = new Store<Frame>({ view: null, effects: [] });
  #effects = new Effects();
  #freshness = new Freshness();
  #visible = true;
  #view: View | null = null;
  #dark = false;
  #cancel = (): void => undefined;
  #delay = 0;

  constructor(private readonly outside: Outside) {}

  /** How much later than usual the last event came, in milliseconds. */
  get lag(): number {
    return Math.round(this.#delay);
  }

  state(view: View): void {
    this.#view = view;
    this.#publish();
  }

  /** Whether nothing may be shown: the link was revoked. Should it count again, the table is shown as it then is. */
  dark(dark: boolean): void {
    if (dark === this.#dark) return;
    this.#dark = dark;
    this.#effects.clear();
    this.#publish();
  }

  event(event: TableEvent, { before, after, replayed }: EventNews): void {
    if (replayed) return;
    const now = this.outside.now();
    this.#delay = this.#freshness.delay(event.at, now);
    if (!this.#visible || this.#delay > STALE_MS) return;
    const news = cues(event, before, after);
    if (news.length === 0) return;
    this.#effects.add(news, now);
    this.#publish();
  }

  /** A new connection: the server may be another, with another clock. */
  welcome(): void {
    this.#freshness.forget();
  }

  /** Whether the source is shown. What happens while it is not is never played afterwards. */
  seen(visible: boolean): void {
    this.#visible = visible;
    this.#effects.clear();
    this.#publish();
  }

  #publish(): void {
    this.#cancel();
    const now = this.outside.now();
    const next = this.#effects.prune(now);
    this.frames.set({ view: this.#dark ? null : this.#view, effects: this.#effects.live });
    if (next !== null) this.#cancel = this.outside.after(next - now, () => this.#publish());
  }
}
