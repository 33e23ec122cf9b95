/** Roles of the whole server, and what they allow. */

import { everything } from "../api/pages";
import type { Rest } from "../api/rest";
import { Calls } from "./calls.svelte";

export interface Role {
  id: string;
  name: string;
  description: string;
  built_in: boolean;
  permissions: readonly string[];
}

export interface Permission {
  name: string;
  description: string;
  built_in: boolean;
}

export interface RoleText {
  name: string;
  description: string;
  permissions: readonly string[];
}

export class Roles {
  list = $state.raw<readonly Role[] | null>(null);
  permissions = $state.raw<readonly Permission[]>([]);
  readonly calls = new Calls();

  constructor(private readonly rest: Rest) {}

  /** Those that somebody can be given: everybody has `user` by having an account. */
  get grantable(): readonly Role[] {
    return (this.list ?? []).filter(({ name, built_in }) => !(built_in && name === "user"));
  }

  load(): Promise<boolean> {
    return this.calls.run("list", () => this.#read());
  }

  /** `id` null makes a new one. */
  save(id: string | null, text: RoleText): Promise<boolean> {
    return this.#then("save", () =>
      id === null ? this.rest.send("POST", "/roles", text) : this.rest.send("PATCH", `/roles/${id}`, text),
    );
  }

  remove({ id }: Role): Promise<boolean> {
    return this.#then(`gone:${id}`, () => this.rest.send("DELETE", `/roles/${id}`));
  }

  addPermission(name: string, description: string): Promise<boolean> {
    return this.#then("permission", () => this.rest.send("POST", "/permissions", { name, description }));
  }

  removePermission({ name }: Permission): Promise<boolean> {
    return this.#then(`gone:${name}`, () => this.rest.send("DELETE", `/permissions/${encodeURIComponent(name)}`));
  }

  #then(place: string, call: () => Promise<unknown>): Promise<boolean> {
    return this.calls.run(place, async () => {
      await call();
      await this.#read();
    });
  }

  async #read(): Promise<void> {
    const [roles, permissions] = await Promise.all([
      everything<Role>(this.rest, "/roles"),
      everything<Permission>(this.rest, "/permissions"),
    ]);
    this.permissions = permissions;
    this.list = roles;
  }
}
