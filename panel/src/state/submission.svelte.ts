/** One form on its way to the server: busy or not, and what was wrong with which field. */

import type { Problem } from "../lib/model";
import type { Way } from "../lib/pending";
import { byField, explain, problemOf, untimed } from "../lib/problem";
import { waitFor } from "./now.svelte";

export class Submission {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** Found here, before anything was sent. */
  #found = $state.raw<Record<string, string>>({});
  readonly wrong = $derived<Record<string, string>>({ ...(this.problem ? byField(this.problem) : {}), ...this.#found });

  /** `fields` are those that the page shows; what concerns none of them is said above the form. */
  constructor(
    private readonly fields: readonly string[],
    private readonly say: (problem: Problem) => string = explain,
  ) {}

  /** What no field shows, in words; null where all is well. */
  get failure(): string | null {
    if (!this.problem || this.fields.some((field) => field in this.wrong)) return null;
    return this.say(untimed(this.problem));
  }

  /** Seconds until the server takes another try, counting down; null where it did not ask to wait. */
  get wait(): number | null {
    return waitFor(this.problem);
  }

  /** For the button that sends it. */
  get way(): Way {
    return { doing: this.busy ? "sending" : "idle", held: Boolean(this.wait) };
  }

  /** Refuse without asking the server. Answers whether there was anything to refuse. */
  refuse(found: Record<string, string | null>): boolean {
    const wrong = Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== null);
    this.#found = Object.fromEntries(wrong);
    this.problem = null;
    return wrong.length > 0;
  }

  /** Answers whether it worked; why not is shown. Twice at once is once. */
  async send(run: () => Promise<unknown>): Promise<boolean> {
    if (this.busy || this.wait) return false;
    this.busy = true;
    this.problem = null;
    this.#found = {};
    try {
      await run();
      return true;
    } catch (thrown) {
      this.problem = problemOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
