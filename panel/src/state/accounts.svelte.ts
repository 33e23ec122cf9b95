/** Everybody's accounts, for those who look after the server: found by a part of a name, page after page. */

import type { Rest } from "../api/rest";
import type { Person } from "../lib/roles";
import { Calls } from "./calls.svelte";

export interface AccountRow extends Person {
  id: string;
  email: string | null;
  email_verified: boolean;
  disabled: boolean;
  /** Names of the roles they were given. */
  roles: readonly string[];
  created_at: string;
  last_login_at: string | null;
}

const PAGE = 50;

export class Accounts {
  list = $state.raw<readonly AccountRow[] | null>(null);
  query = $state("");
  next = $state<string | null>(null);
  readonly calls = new Calls();
  #asked = 0;

  constructor(private readonly rest: Rest) {}

  /** From the beginning, with what is typed now; an answer that was overtaken is dropped. */
  async find(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const query = this.query.trim();
    const path = `/users?limit=${PAGE}${query ? `&query=${encodeURIComponent(query)}` : ""}`;
    await this.calls.run(`list:${asked}`, async () => {
      const { body, next } = await this.rest.call<AccountRow[]>(path);
      if (asked !== this.#asked) return;
      this.list = body;
      this.next = next;
    });
  }

  /** Where the newest search is. */
  get searching(): string {
    return `list:${this.#asked}`;
  }

  async more(): Promise<void> {
    const { next } = this;
    const asked = this.#asked;
    if (!next) return;
    await this.calls.run("more", async () => {
      const page = await this.rest.call<AccountRow[]>(next);
      if (asked !== this.#asked) return;
      this.list = [...(this.list ?? []), ...page.body];
      this.next = page.next;
    });
  }

  disable({ id }: AccountRow, disabled: boolean): Promise<boolean> {
    return this.#change(id, () => this.rest.send("PATCH", `/users/${id}`, { disabled }));
  }

  give({ id }: AccountRow, role: string): Promise<boolean> {
    return this.#change(id, () => this.rest.send("POST", `/users/${id}/roles`, { role_id: role }));
  }

  take({ id }: AccountRow, role: string): Promise<boolean> {
    return this.#change(id, () => this.rest.send("DELETE", `/users/${id}/roles/${role}`));
  }

  remove({ id }: AccountRow): Promise<boolean> {
    return this.calls.run(`gone:${id}`, async () => {
      await this.rest.send("DELETE", `/users/${id}`);
      this.list = (this.list ?? []).filter((row) => row.id !== id);
    });
  }

  #change(id: string, call: () => Promise<unknown>): Promise<boolean> {
    return this.calls.run(id, async () => {
      await call();
      const row = await this.rest.get<AccountRow>(`/users/${id}`);
      this.list = (this.list ?? []).map((other) => (other.id === id ? row : other));
    });
  }
}
