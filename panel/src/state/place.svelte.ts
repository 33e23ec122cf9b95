/** Which page outside of a campaign is open; none while a campaign, or the list of them, is in sight. */

import { type EntranceName, opened, type Opened } from "./entrance";

class Place {
  /** A secret is taken out of the address at once: a fragment is never sent, but it is shown and remembered. */
  now = $state.raw<Opened | null>(this.#read());

  constructor() {
    addEventListener("hashchange", () => this.#turn());
  }

  /** Open a page, or with null leave for the campaigns. */
  go(name: EntranceName | null): void {
    location.hash = name ?? "";
    this.#turn();
  }

  /** The event comes later than `go`: the page that is open already stays, unless a link brings it something new. */
  #turn(): void {
    const next = this.#read();
    if (next?.secret || next?.name !== this.now?.name) this.now = next;
  }

  #read(): Opened | null {
    const found = opened(location.hash);
    if (found?.secret) history.replaceState(null, "", `${location.pathname}${location.search}#${found.name}`);
    return found;
  }
}

export const place = new Place();
