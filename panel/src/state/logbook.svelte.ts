/** The log as far as it was loaded: the newest page, what happens now, and older pages as they are asked for. */

import type { Rest } from "../api/rest";
import { type Step, steps, toRedo, toUndo } from "../lib/history";
import type { Problem, TableEvent } from "../lib/model";
import { problemOf } from "../lib/problem";

const PAGE = 60;
/** Rows held at once: a long evening; older ones are loaded again when somebody scrolls there. */
const MOST = 3000;

export class Logbook {
  events = $state.raw<readonly TableEvent[]>([]);
  loading = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** Whether there are older ones to load. */
  more = $state(false);
  readonly steps = $derived(steps(this.events));
  readonly undoable = $derived<Step | null>(toUndo(this.steps));
  readonly redoable = $derived<Step | null>(toRedo(this.steps));

  #life = 0;

  constructor(
    private readonly rest: Rest,
    private readonly campaign: string,
  ) {}

  add(event: TableEvent): void {
    this.#merge([event]);
  }

  /** The newest page alone: what was held before may have a gap after it. */
  async begin(last: number): Promise<void> {
    this.#life += 1;
    this.loading = false;
    this.events = this.events.filter(({ seq }) => seq > last);
    await this.load(last);
  }

  /** The page that ends with `last`, the newest seq that is not held yet. */
  async load(last: number): Promise<void> {
    if (this.loading || last < 1) return;
    const life = this.#life;
    this.loading = true;
    this.problem = null;
    const since = Math.max(0, last - PAGE);
    const outcome = await this.#page(since);
    if (life !== this.#life) return; // begun anew meanwhile
    this.loading = false;
    if ("problem" in outcome) {
      this.problem = outcome.problem;
      return;
    }
    this.#merge(outcome.events);
    this.more = since > 0 && this.events.length < MOST;
  }

  async #page(since: number): Promise<{ events: TableEvent[] } | { problem: Problem }> {
    try {
      const path = `/campaigns/${this.campaign}/events?since=${since}&limit=${PAGE}`;
      return { events: await this.rest.get<TableEvent[]>(path) };
    } catch (thrown) {
      return { problem: problemOf(thrown) };
    }
  }

  older(): Promise<void> {
    return this.load((this.events[0]?.seq ?? 1) - 1);
  }

  #merge(events: readonly TableEvent[]): void {
    const bySeq = new Map(this.events.map((event) => [event.seq, event]));
    for (const event of events) bySeq.set(event.seq, event);
    const all = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
    this.events = all.slice(-MOST);
  }
}
