/** What the one who is signed in may do in the open campaign: buttons they may not use are not there. */

import type { Rest } from "../api/rest";

/** As the server counts it: `GET /campaigns/<id>/me`. */
export interface Standing {
  role: string | null;
  /** Characters they play. */
  character_ids: readonly string[];
  /** What they may do to everything in the campaign. */
  verbs: readonly string[];
  /** What they may do to the characters they play. */
  own_verbs: readonly string[];
}

export class Rights {
  standing = $state.raw<Standing | null>(null);
  /** What the socket said when it greeted: enough to go on before the rest is read, or where it can't be. */
  greeted = $state<string | null>(null);
  #asked = 0;

  constructor(
    private readonly rest: Rest,
    private readonly campaign: string,
  ) {}

  get role(): string | null {
    return this.standing?.role ?? this.greeted;
  }

  /** Whoever runs the table waits for nothing: the server judges each thing anyway. */
  may(verb: string): boolean {
    if (this.standing) return this.standing.verbs.includes(verb);
    return this.greeted === "owner" || this.greeted === "gm";
  }

  plays(character: string): boolean {
    return this.standing?.character_ids.includes(character) ?? false;
  }

  /** A verb about one character: everybody's for who runs the table, only their own for a player. */
  mayTo(verb: string, character: string): boolean {
    return this.may(verb) || (this.plays(character) && (this.standing?.own_verbs.includes(verb) ?? false));
  }

  /** Whether somebody sits here for a character of their own, and the rest is to look at. */
  get isPlayer(): boolean {
    return this.role === "player";
  }

  /** Read anew: after each greeting, since a role that changed greets again. What was known stays where it fails. */
  async load(greeted: string | null): Promise<void> {
    this.greeted = greeted;
    if (this.standing?.role !== greeted) this.standing = null; // another role: the old rights are gone already
    this.#asked += 1;
    const asked = this.#asked;
    const standing = await this.rest.get<Standing>(`/campaigns/${this.campaign}/me`).catch(() => null);
    if (standing && asked === this.#asked) this.standing = standing;
  }
}
