/** Everybody's accounts, for those who look after the server: found by a part of a name, page after page. */

import type { Person } from "../lib/roles";
import { Pages } from "./pages.svelte";

export interface AccountRow extends Person {
  id: string;
  email: string | null;
  email_verified: boolean;
  disabled: boolean;
  second_factor: boolean;
  /** Names of the roles they were given. */
  roles: readonly string[];
  created_at: string;
  last_login_at: string | null;
}

/** What whoever makes an account for somebody says about them. */
export interface NewPerson {
  email: string;
  username: string;
  full_name?: string;
}

const PAGE = 50;

export class Accounts extends Pages<AccountRow> {
  query = $state("");

  /** From the beginning, with what is typed now. */
  find(): Promise<void> {
    const query = this.query.trim();
    return this.search(`/users?limit=${PAGE}${query ? `&query=${encodeURIComponent(query)}` : ""}`);
  }

  /** Rejects with `Refused`. The new account is what is looked for then. */
  async make(person: NewPerson): Promise<void> {
    await this.rest.send("POST", "/users", person);
    this.query = person.username;
    await this.find();
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

  /** For whoever lost it: they get a link, and remove it with that and their password. */
  mailFactorLink({ id }: AccountRow): Promise<boolean> {
    return this.calls.run(id, () => this.rest.send("DELETE", `/users/${id}/second-factor`));
  }

  #change(id: string, call: () => Promise<unknown>): Promise<boolean> {
    return this.calls.run(id, async () => {
      await call();
      const row = await this.rest.get<AccountRow>(`/users/${id}`);
      this.list = (this.list ?? []).map((other) => (other.id === id ? row : other));
    });
  }
}
