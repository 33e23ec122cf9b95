/** How one gets in to one's account: a password or none, and accounts elsewhere that are linked. */

import type { Rest } from "../api/rest";
import { type Identity, type Provider, type Way, waysOf } from "../lib/ways";
import { Calls } from "./calls.svelte";

export class Ways {
  list = $state.raw<readonly Way[] | null>(null);
  hasPassword = $state(true);
  /** What was done, for screen readers. */
  said = $state("");
  readonly calls = new Calls();

  constructor(
    private readonly rest: Rest,
    private readonly leave: (url: string) => void = (url) => location.assign(url),
  ) {}

  load(): Promise<boolean> {
    return this.calls.run("list", async () => {
      const [providers, identities, me] = await Promise.all([
        this.rest.get<Provider[]>("/auth/providers"),
        this.rest.get<Identity[]>("/users/me/identities"),
        this.rest.get<{ has_password: boolean }>("/users/me"),
      ]);
      this.list = waysOf(providers, identities);
      this.hasPassword = me.has_password;
    });
  }

  /** Set out to link it: the browser leaves, and comes back to this page. Rejects with `Refused`. */
  async link({ key }: Way, password: string): Promise<void> {
    const asked = { return_to: "/panel/#ways-in", ...(password ? { password } : {}) };
    const path = `/auth/providers/${key}/start`;
    this.leave((await this.rest.send<{ authorization_url: string }>("POST", path, asked)).authorization_url);
  }

  /** Rejects with `Refused`. */
  async unlink({ key, name }: Way, password: string): Promise<void> {
    await this.rest.send("DELETE", `/users/me/identities/${key}`, password ? { password } : {});
    this.said = `${name} is unlinked.`;
    await this.load();
  }
}
