/** Who was asked to come and has not yet. The text of a link is only known when it is made. */

import { everything } from "../api/pages";
import type { Rest } from "../api/rest";
import { Calls } from "./calls.svelte";

export interface Invitation {
  id: string;
  role: string;
  /** Whom it is for; null where it is a link. */
  username: string | null;
  expires_at: string;
  uses: number;
  max_uses: number | null;
  /** Whoever made it may not invite like that any more: it lets nobody in. */
  void: boolean;
}

export interface NewInvitation {
  role: string;
  username?: string;
  expires_in_s?: number;
  max_uses?: number;
}

interface Made extends Invitation {
  url: string | null;
}

export class Invitations {
  list = $state.raw<readonly Invitation[] | null>(null);
  /** The link that was made last, to be copied now. */
  link = $state.raw<{ id: string; url: string } | null>(null);
  readonly calls = new Calls();

  /** `base` is what they invite to: `/campaigns/<id>` or `/groups/<id>`. */
  constructor(
    private readonly rest: Rest,
    private readonly base: string,
  ) {}

  load(): Promise<boolean> {
    return this.calls.reread("list", () => this.#read());
  }

  make(asked: NewInvitation): Promise<boolean> {
    return this.calls.run("new", async () => {
      const made = await this.rest.send<Made>("POST", `${this.base}/invitations`, asked);
      this.link = made.url ? { id: made.id, url: made.url } : null;
      await this.#read();
    });
  }

  revoke({ id }: Invitation): Promise<boolean> {
    return this.calls.run(id, async () => {
      await this.rest.send("DELETE", `${this.base}/invitations/${id}`);
      await this.#read();
    });
  }

  /** A link that was used up or taken back is not shown any longer. */
  async #read(): Promise<void> {
    this.list = await everything<Invitation>(this.rest, `${this.base}/invitations`);
    if (!this.list.some(({ id }) => id === this.link?.id)) this.link = null;
  }
}
