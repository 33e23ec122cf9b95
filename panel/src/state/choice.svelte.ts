/** Which cards are chosen, and the amount that is being typed for them. */

import { EMPTY, type Entry } from "../lib/entry";
import type { Verb } from "../lib/hp";

export class Choice {
  ids = $state.raw<readonly string[]>([]);
  entry = $state.raw<Entry>(EMPTY);
  /** Why, in the table's own words; goes into the log. */
  why = $state("");
  /** What a pointer or key is about to do, for the ghost on the bar. */
  about = $state.raw<Verb | null>(null);

  /** The card that single actions go to: the last one chosen. */
  get leading(): string | null {
    return this.ids.at(-1) ?? null;
  }

  has(id: string): boolean {
    return this.ids.includes(id);
  }

  /** Choose this card alone. A typed amount stays with the card it was typed on. */
  only(id: string): void {
    if (this.ids.length === 1 && this.ids[0] === id) return;
    if (!this.has(id)) this.entry = EMPTY;
    this.ids = [id];
  }

  toggle(id: string): void {
    this.ids = this.has(id) ? this.ids.filter((other) => other !== id) : [...this.ids, id];
    if (!this.ids.length) this.entry = EMPTY;
  }

  all(ids: readonly string[]): void {
    this.ids = ids;
  }

  /** Those that are gone can't be chosen any more. */
  keep(present: (id: string) => boolean): void {
    if (!this.ids.every(present)) this.ids = this.ids.filter(present);
  }

  /** First the amount, then the choice. */
  clear(): void {
    if (this.entry.digits || this.entry.critical) this.spend();
    else this.ids = [];
  }

  spend(): void {
    this.entry = EMPTY;
    this.why = "";
  }
}
