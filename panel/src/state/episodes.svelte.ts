/** The campaign's episodes: the list as last read, and what is done about them. */

import { everything } from "../api/pages";
import type { Rest } from "../api/rest";
import type { Episode } from "../lib/model";
import { Calls } from "./calls.svelte";

export interface EpisodeText {
  episode_number: number;
  title: string;
  date: string | null;
  summary: string | null;
}

export class Episodes {
  list = $state.raw<readonly Episode[] | null>(null);
  /** By "list", "text" (one is being written), and `start:`, `end:` and `gone:` with an episode's id: who ends an episode
      in the moment in which it begins does not wait for the beginning. */
  readonly calls = new Calls();

  constructor(
    private readonly rest: Rest,
    private readonly campaign: string,
  ) {}

  /** Newest first. */
  get shown(): readonly Episode[] {
    return [...(this.list ?? [])].sort((a, b) => b.episode_number - a.episode_number);
  }

  get nextNumber(): number {
    return Math.max(0, ...(this.list ?? []).map(({ episode_number }) => episode_number)) + 1;
  }

  load(): Promise<boolean> {
    return this.calls.reread("list", () => this.#read());
  }

  create(text: EpisodeText): Promise<boolean> {
    return this.#then("text", () => this.rest.send("POST", this.#path(), text));
  }

  change(id: string, text: EpisodeText): Promise<boolean> {
    return this.#then("text", () => this.rest.send("PATCH", this.#path(id), text));
  }

  remove(id: string): Promise<boolean> {
    return this.#then(`gone:${id}`, () => this.rest.send("DELETE", this.#path(id)));
  }

  turn(id: string, what: "start" | "end"): Promise<boolean> {
    return this.#then(`${what}:${id}`, () => this.rest.send("POST", `${this.#path(id)}/${what}`));
  }

  #path(id?: string): string {
    return `/campaigns/${this.campaign}/episodes${id ? `/${id}` : ""}`;
  }

  async #read(): Promise<void> {
    this.list = await everything<Episode>(this.rest, `${this.#path()}?limit=200`);
  }

  #then(place: string, call: () => Promise<unknown>): Promise<boolean> {
    return this.calls.run(place, async () => {
      await call();
      await this.#read();
    });
  }
}
