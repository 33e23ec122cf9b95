/** Groups that have a seat in a campaign: everybody in them has at least the seat's role. */

import { everything } from "../api/pages";
import type { Rest } from "../api/rest";
import { Calls } from "./calls.svelte";

export interface Group {
  id: string;
  name: string;
}

export interface Seat {
  group_id: string;
  name: string;
  role: string;
}

export class SeatedGroups {
  list = $state.raw<readonly Seat[] | null>(null);
  /** Groups of whoever looks: those they may give a seat. */
  mine = $state.raw<readonly Group[]>([]);
  readonly calls = new Calls();

  constructor(
    private readonly rest: Rest,
    private readonly campaign: string,
  ) {}

  get others(): readonly Group[] {
    return this.mine.filter(({ id }) => !this.list?.some(({ group_id }) => group_id === id));
  }

  load(): Promise<boolean> {
    return this.calls.reread("list", () => this.#read());
  }

  seat(group: string, role: string): Promise<boolean> {
    return this.calls.run(group, async () => {
      await this.rest.send("PUT", `${this.#base}/${group}`, { role });
      await this.#read();
    });
  }

  unseat(group: string): Promise<boolean> {
    return this.calls.run(group, async () => {
      await this.rest.send("DELETE", `${this.#base}/${group}`);
      await this.#read();
    });
  }

  get #base(): string {
    return `/campaigns/${this.campaign}/groups`;
  }

  async #read(): Promise<void> {
    this.list = await everything<Seat>(this.rest, this.#base);
    // a campaign's token belongs to no person, and so to no group
    this.mine = await everything<Group>(this.rest, "/groups").catch(() => []);
  }
}
