/** Calls made for a list: which are under way, and why the last one at each place was refused. */

import type { Problem } from "../lib/model";
import type { Doing } from "../lib/pending";
import { problemOf } from "../lib/problem";

export class Calls {
  #under = $state.raw<readonly string[]>([]);
  readonly #again = new Set<string>();
  #problems = $state.raw<Readonly<Record<string, Problem>>>({});

  /** `place` names what the call is for: an id, "list", "new". */
  doing(place: string): Doing {
    if (this.#under.includes(place)) return "sending";
    return place in this.#problems ? "failed" : "idle";
  }

  problem(place: string): Problem | null {
    return this.#problems[place] ?? null;
  }

  forget(place: string): void {
    const { [place]: _, ...others } = this.#problems;
    this.#problems = others;
  }

  /** Answers whether it happened. A second call at a place waits for nobody: it is not made while the first is out. */
  async run(place: string, call: () => Promise<unknown>): Promise<boolean> {
    if (this.#under.includes(place)) return false;
    this.#under = [...this.#under, place];
    this.forget(place);
    try {
      await call();
      return true;
    } catch (thrown) {
      this.#problems = { ...this.#problems, [place]: problemOf(thrown) };
      return false;
    } finally {
      this.#under = this.#under.filter((other) => other !== place);
    }
  }

  /** For reading: where one is under way, what it brings may be out of date already, and it is read once more. */
  async reread(place: string, call: () => Promise<unknown>): Promise<boolean> {
    if (this.#under.includes(place)) {
      this.#again.add(place);
      return false;
    }
    const done = await this.run(place, call);
    return this.#again.delete(place) ? this.reread(place, call) : done;
  }
}
