/** Invitations that somebody got: those by name wait for them, one by link is in their hand. */

import { everything } from "../api/pages";
import type { Rest } from "../api/rest";
import { Calls } from "./calls.svelte";

/** What an invitation is to, as the one who got it sees it. */
export interface Offer {
  kind: "campaign" | "group";
  name: string;
  role: string;
  invited_by: string | null;
  expires_at: string;
}

export interface NamedOffer extends Offer {
  id: string;
}

/** Where somebody belongs now. */
export interface Accepted {
  campaign?: string | null;
  group?: string | null;
  role: string;
}

/** The invitations to somebody's name. */
export class OwnInvitations {
  list = $state.raw<readonly NamedOffer[]>([]);
  readonly calls = new Calls();

  constructor(private readonly rest: Rest) {}

  load(): Promise<boolean> {
    return this.calls.reread("list", () => this.#read());
  }

  /** Answers where they belong now, or null where it was refused. */
  async accept({ id }: NamedOffer): Promise<Accepted | null> {
    let accepted: Accepted | null = null;
    await this.calls.run(id, async () => {
      accepted = await this.rest.send<Accepted>("POST", `/users/me/invitations/${id}/accept`);
      await this.#read();
    });
    return accepted;
  }

  decline({ id }: NamedOffer): Promise<boolean> {
    return this.calls.run(id, async () => {
      await this.rest.send("POST", `/users/me/invitations/${id}/decline`);
      await this.#read();
    });
  }

  async #read(): Promise<void> {
    this.list = await everything<NamedOffer>(this.rest, "/users/me/invitations");
  }
}

/** The invitation of a link. Anybody may look at what it is; only somebody with an account accepts it. */
export class LinkedInvitation {
  offer = $state.raw<Offer | null>(null);
  readonly calls = new Calls();

  constructor(
    private readonly anybody: Rest,
    private readonly token: string,
  ) {}

  look(): Promise<boolean> {
    return this.calls.run("look", async () => {
      this.offer = await this.anybody.send<Offer>("POST", "/invitations/look", { token: this.token });
    });
  }

  /** As the person that `rest` asks for. Answers where they belong now, or null where it was refused. */
  async accept(rest: Rest): Promise<Accepted | null> {
    let accepted: Accepted | null = null;
    await this.calls.run("accept", async () => {
      accepted = await rest.send<Accepted>("POST", "/invitations/accept", { token: this.token });
    });
    return accepted;
  }
}

const KEY = "tablecast.invitation";

type Drawer = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** A link's token, kept in this tab while whoever followed it signs in or makes an account first. */
export function keepInvitation(drawer: Drawer, token: string | null): void {
  if (token) drawer.setItem(KEY, token);
  else drawer.removeItem(KEY);
}

export function keptInvitation(drawer: Drawer): string | null {
  return drawer.getItem(KEY);
}
