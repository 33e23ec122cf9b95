/** The campaign's episodes: the list as last read, and one call at a time. */

import type { Rest } from "../api/rest";
import type { Episode, Problem } from "../lib/model";
import { problemOf } from "../lib/problem";

export interface EpisodeText {
  episode_number: number;
  title: string;
  date: string | null;
  summary: string | null;
}

export class Episodes {
  list = $state.raw<readonly Episode[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** What is under way: an episode's id, "new", "list" or nothing. */
  busy = $state<string | null>(null);

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
    return this.#run("list", () => this.#read());
  }

  create(text: EpisodeText): Promise<boolean> {
    return this.#run("new", () => this.rest.send("POST", this.#path(), text));
  }

  change(id: string, text: EpisodeText): Promise<boolean> {
    return this.#run(id, () => this.rest.send("PATCH", this.#path(id), text));
  }

  remove(id: string): Promise<boolean> {
    return this.#run(id, () => this.rest.send("DELETE", this.#path(id)));
  }

  turn(id: string, what: "start" | "end"): Promise<boolean> {
    return this.#run(id, () => this.rest.send("POST", `${this.#path(id)}/${what}`));
  }

  #path(id?: string): string {
    return `/campaigns/${this.campaign}/episodes${id ? `/${id}` : ""}`;
  }

  async #read(): Promise<void> {
    const found: Episode[] = [];
    let path: string | null = `${this.#path()}?limit=200`;
    while (path) {
      const page: { body: Episode[]; next: string | null } = await this.rest.call<Episode[]>(path);
      found.push(...page.body);
      path = page.next;
    }
    this.list = found;
  }

  async #run(what: string, call: () => Promise<unknown>): Promise<boolean> {
    this.busy = what;
    this.problem = null;
    try {
      await call();
      if (what !== "list") await this.#read();
      return true;
    } catch (thrown) {
      this.problem = problemOf(thrown);
      return false;
    } finally {
      this.busy = null;
    }
  }
}
