/** Calls made for a list: which are under way, and why the last one at each place was refused. */

import type { Problem } from "../lib/model";
import type { Doing, Way } from "../lib/pending";
import { problemOf } from "../lib/problem";
import { waitFor } from "./now.svelte";

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

  /** Seconds until the server takes another try there, counting down; null where it did not ask to wait. */
  wait(place: string): number | null {
    return waitFor(this.problem(place));
  }

  /** For the button that makes the call; why it failed stands beside it. */
  way(place: string): Way {
    return { doing: this.#under.includes(place) ? "sending" : "idle", held: Boolean(this.wait(place)) };
  }

  forget(place: string): void {
    const { [place]: _, ...others } = this.#problems;
    this.#problems = others;
  }

  /** Answers whether it happened. It is not made while another one is out at that place, nor before the server takes it. */
  async run(place: string, call: () => Promise<unknown>): Promise<boolean> {
    if (this.#under.includes(place) || this.wait(place)) return false;
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
