/** The people of a campaign or of a group: their list, their roles, and who leaves. */

import { everything } from "../api/pages";
import type { Rest } from "../api/rest";
import { called, type Person } from "../lib/roles";
import { Calls } from "./calls.svelte";

export interface Member extends Person {
  user_id: string;
  role: string;
  /** Characters they play; a group's members have none. */
  character_ids?: readonly string[];
  /** The group that their role comes from, where it is not their own. */
  group_id?: string | null;
  since: string;
}

export class Members {
  list = $state.raw<readonly Member[] | null>(null);
  readonly calls = new Calls();

  /** `base` is whose members they are: `/campaigns/<id>` or `/groups/<id>`. */
  constructor(
    private readonly rest: Rest,
    private readonly base: string,
  ) {}

  get shown(): readonly Member[] {
    return [...(this.list ?? [])].sort((a, b) => called(a).localeCompare(called(b)));
  }

  /** Whoever is the only owner can't go: somebody must be able to let others in. */
  isLastOwner(member: Member): boolean {
    return member.role === "owner" && (this.list ?? []).filter(({ role }) => role === "owner").length === 1;
  }

  /** The one who plays this character, or null. */
  playerOf(character: string): Member | null {
    return this.list?.find(({ character_ids }) => character_ids?.includes(character)) ?? null;
  }

  load(): Promise<boolean> {
    return this.calls.reread("list", () => this.#read());
  }

  give({ user_id }: Pick<Member, "user_id">, role: string): Promise<boolean> {
    return this.#change(user_id, "PATCH", `/members/${user_id}`, { role });
  }

  remove(member: Member): Promise<boolean> {
    return this.#change(`gone:${member.user_id}`, "DELETE", `/members/${member.user_id}`);
  }

  /** Leaving takes the right to read the list with it. */
  leave(member: Member): Promise<boolean> {
    const path = `${this.base}/members/${member.user_id}`;
    return this.calls.run(`gone:${member.user_id}`, () => this.rest.send("DELETE", path));
  }

  /** `player` null: nobody plays it any more. */
  cast(character: string, player: string | null): Promise<boolean> {
    const path = `/characters/${character}/player`;
    if (player === null) return this.#change(`cast:${character}`, "DELETE", path);
    return this.#change(`cast:${character}`, "PUT", path, { user_id: player });
  }

  #change(place: string, method: string, path: string, body?: unknown): Promise<boolean> {
    return this.calls.run(place, async () => {
      await this.rest.send(method, this.base + path, body);
      await this.#read();
    });
  }

  async #read(): Promise<void> {
    this.list = await everything<Member>(this.rest, `${this.base}/members`);
  }
}
