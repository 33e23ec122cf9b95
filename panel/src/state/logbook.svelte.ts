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

  constructor(
    private readonly rest: Rest,
    private readonly campaign: string,
  ) {}

  add(event: TableEvent): void {
    this.#merge([event]);
  }

  /** The page that ends with `last`, the newest seq there is. */
  async load(last: number): Promise<void> {
    if (this.loading || last < 1) return;
    this.loading = true;
    this.problem = null;
    try {
      const since = Math.max(0, last - PAGE);
      const path = `/campaigns/${this.campaign}/events?since=${since}&limit=${PAGE}`;
      this.#merge(await this.rest.get<TableEvent[]>(path));
      this.more = since > 0;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    } finally {
      this.loading = false;
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
