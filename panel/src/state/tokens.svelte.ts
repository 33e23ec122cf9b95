/** The campaign's tokens: their list, making and revoking. A token's text is only known when it is made. */

import type { Rest } from "../api/rest";
import type { Problem } from "../lib/model";
import { problemOf } from "../lib/problem";

export type Scope = "admin" | "symbiote" | "overlay";

export interface Token {
  id: string;
  scope: Scope;
  name: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  /** Name of whoever made it; it ends when they lose the right. */
  made_by?: string | null;
  revoked_at: string | null;
}

const KEY = "tablecast.overlay-token.";

export class Tokens {
  list = $state.raw<readonly Token[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** What is under way: a token's id, "new", "list" or nothing. */
  busy = $state<string | null>(null);
  /** The overlay's token as made in this browser: it can only watch, so it may be kept here. */
  overlay = $state.raw<{ id: string; token: string } | null>(null);

  /** The text of a token that was rotated and is not this browser's overlay: shown until the next one. */
  rotated = $state.raw<{ id: string; token: string } | null>(null);

  constructor(
    private readonly rest: Rest,
    private readonly campaign: string,
    private readonly shelf: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  ) {
    this.overlay = kept(shelf.getItem(KEY + campaign));
  }

  get living(): readonly Token[] {
    return (this.list ?? []).filter(({ revoked_at }) => revoked_at === null);
  }

  async load(): Promise<void> {
    await this.#try("list", async () => {
      this.list = await this.rest.get<Token[]>(`/campaigns/${this.campaign}/tokens`);
      const { overlay } = this;
      if (overlay && !this.living.some(({ id }) => id === overlay.id)) this.#keep(null);
    });
  }

  /** Answers the token's text, shown this once; null where it was refused. */
  async make(scope: Scope, name: string): Promise<string | null> {
    return this.#try("new", async () => {
      const made = await this.rest.send<{ id: string; token: string }>("POST", `/campaigns/${this.campaign}/tokens`, {
        scope,
        name,
      });
      if (scope === "overlay") this.#keep({ id: made.id, token: made.token });
      await this.load();
      return made.token;
    });
  }

  /** A new text in place of the old one, which ends at once everywhere. */
  async rotate(token: Token): Promise<boolean> {
    const path = `/campaigns/${this.campaign}/tokens/${token.id}/rotate`;
    const rotated = await this.#try(token.id, async () => {
      const made = await this.rest.send<{ id: string; token: string }>("POST", path);
      const kept = { id: made.id, token: made.token };
      if (this.overlay?.id === token.id) this.#keep(kept);
      else this.rotated = kept;
      await this.load();
      return kept;
    });
    return rotated !== null;
  }

  async revoke(token: Token): Promise<void> {
    await this.#try(token.id, async () => {
      await this.rest.send("DELETE", `/campaigns/${this.campaign}/tokens/${token.id}`);
      if (this.overlay?.id === token.id) this.#keep(null);
      if (this.rotated?.id === token.id) this.rotated = null;
      await this.load();
    });
  }

  #keep(overlay: { id: string; token: string } | null): void {
    this.overlay = overlay;
    if (overlay) this.shelf.setItem(KEY + this.campaign, JSON.stringify(overlay));
    else this.shelf.removeItem(KEY + this.campaign);
  }

  async #try<T>(what: string, run: () => Promise<T>): Promise<T | null> {
    this.busy = what;
    this.problem = null;
    try {
      return await run();
    } catch (thrown) {
      this.problem = problemOf(thrown);
      return null;
    } finally {
      this.busy = null;
    }
  }
}

function kept(text: string | null): { id: string; token: string } | null {
  try {
    const value = JSON.parse(text ?? "null") as { id?: string; token?: string } | null;
    return value?.id && value.token ? { id: value.id, token: value.token } : null;
  } catch {
    return null; // somebody else's value
  }
}
