/** One's own groups: circles of people who are seated in campaigns together. */

import { everything } from "../api/pages";
import type { Rest } from "../api/rest";
import { Calls } from "./calls.svelte";

export interface OwnGroup {
  id: string;
  name: string;
  /** One's own role in it. */
  role: string;
}

export class Groups {
  list = $state.raw<readonly OwnGroup[] | null>(null);
  readonly calls = new Calls();

  constructor(private readonly rest: Rest) {}

  load(): Promise<boolean> {
    return this.calls.reread("list", () => this.#read());
  }

  make(name: string): Promise<boolean> {
    return this.#then("new", () => this.rest.send("POST", "/groups", { name }));
  }

  rename({ id }: OwnGroup, name: string): Promise<boolean> {
    return this.#then(id, () => this.rest.send("PATCH", `/groups/${id}`, { name }));
  }

  remove({ id }: OwnGroup): Promise<boolean> {
    return this.#then(`gone:${id}`, () => this.rest.send("DELETE", `/groups/${id}`));
  }

  #then(place: string, call: () => Promise<unknown>): Promise<boolean> {
    return this.calls.run(place, async () => {
      await call();
      await this.#read();
    });
  }

  async #read(): Promise<void> {
    this.list = await everything<OwnGroup>(this.rest, "/groups");
  }
}
