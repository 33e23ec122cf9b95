/** A long list, read page after page as somebody asks for more; what was overtaken by a newer search is dropped. */

import type { Rest } from "../api/rest";
import { Calls } from "./calls.svelte";

export class Pages<T> {
  list = $state.raw<readonly T[] | null>(null);
  next = $state<string | null>(null);
  readonly calls = new Calls();
  #asked = 0;

  constructor(protected readonly rest: Rest) {}

  /** Where the newest search is, among the calls. */
  get searching(): string {
    return `list:${this.#asked}`;
  }

  async more(): Promise<void> {
    const { next } = this;
    const asked = this.#asked;
    if (!next) return;
    await this.calls.run("more", async () => {
      const page = await this.rest.call<T[]>(next);
      if (asked !== this.#asked) return;
      this.list = [...(this.list ?? []), ...page.body];
      this.next = page.next;
    });
  }

  /** Read anew from the first page, at this path. */
  protected async search(path: string): Promise<void> {
    if (this.calls.wait(this.searching)) return;
    this.#asked += 1;
    const asked = this.#asked;
    await this.calls.run(this.searching, async () => {
      const { body, next } = await this.rest.call<T[]>(path);
      if (asked !== this.#asked) return;
      this.list = body;
      this.next = next;
    });
  }
}
