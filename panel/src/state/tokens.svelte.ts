/** The campaign's tokens: their list, making and revoking. A token's text is only known when it is made. */

import type { Rest } from "../api/rest";
import { Calls } from "./calls.svelte";

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

/** A token as it is made: the only time that its text is told. */
interface Made {
  id: string;
  token: string;
}

const KEY = "tablecast.overlay-token.";

export class Tokens {
  list = $state.raw<readonly Token[] | null>(null);
  /** By "list", "new", "link" and a token's id. */
  readonly calls = new Calls();
  /** The overlay's token as made in this browser: it can only watch, so it may be kept here. */
  overlay = $state.raw<Made | null>(null);

  /** The text of a token that was rotated and is not this browser's overlay: shown until the next one. */
  rotated = $state.raw<Made | null>(null);

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

  load(): Promise<boolean> {
    return this.calls.reread("list", async () => {
      this.list = await this.rest.get<Token[]>(this.#path());
      const { overlay } = this;
      if (overlay && !this.living.some(({ id }) => id === overlay.id)) this.#keep(null);
    });
  }

  /** Answers the token's text, shown this once; null where it was refused. `place`: which button asks for it. */
  async make(scope: Scope, name: string, place = "new"): Promise<string | null> {
    let text: string | null = null;
    await this.calls.run(place, async () => {
      const made = await this.rest.send<Made>("POST", this.#path(), { scope, name });
      if (scope === "overlay") this.#keep({ id: made.id, token: made.token });
      text = made.token;
      await this.load();
    });
    return text;
  }

  /** A new text in place of the old one, which ends at once everywhere. */
  rotate({ id }: Token): Promise<boolean> {
    return this.calls.run(id, async () => {
      const made = await this.rest.send<Made>("POST", `${this.#path(id)}/rotate`);
      const kept = { id: made.id, token: made.token };
      if (this.overlay?.id === id) this.#keep(kept);
      else this.rotated = kept;
      await this.load();
    });
  }

  revoke({ id }: Token): Promise<boolean> {
    return this.calls.run(id, async () => {
      await this.rest.send("DELETE", this.#path(id));
      if (this.overlay?.id === id) this.#keep(null);
      if (this.rotated?.id === id) this.rotated = null;
      await this.load();
    });
  }

  #path(id?: string): string {
    return `/campaigns/${this.campaign}/tokens${id ? `/${id}` : ""}`;
  }

  #keep(overlay: Made | null): void {
    this.overlay = overlay;
    if (overlay) this.shelf.setItem(KEY + this.campaign, JSON.stringify(overlay));
    else this.shelf.removeItem(KEY + this.campaign);
  }
}

function kept(text: string | null): Made | null {
  try {
    const value = JSON.parse(text ?? "null") as { id?: string; token?: string } | null;
    return value?.id && value.token ? { id: value.id, token: value.token } : null;
  } catch {
    return null; // somebody else's value
  }
}
