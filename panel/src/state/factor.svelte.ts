/** One's own second factor: how it is, and switching it on and off. */

import type { BegunOut, FactorOut, RecoveryCodesOut } from "@tablecast/client";

import type { Rest } from "../api/rest";
import { Calls } from "./calls.svelte";

/** A code of the app, or one of the recovery codes. */
export type FactorProof = { code: string } | { recovery_code: string };

const PLACE = "/users/me/second-factor";

export class Factor {
  standing = $state.raw<FactorOut | null>(null);
  /** A secret that no code was confirmed of yet. */
  begun = $state.raw<BegunOut | null>(null);
  /** Shown once, until they are put away. */
  codes = $state.raw<readonly string[] | null>(null);
  readonly calls = new Calls();

  constructor(private readonly rest: Rest) {}

  load(): Promise<boolean> {
    return this.calls.reread("standing", async () => {
      this.standing = await this.rest.get<FactorOut>(PLACE);
    });
  }

  /** Each of these rejects with `Refused`. */
  async begin(password: string): Promise<void> {
    this.begun = await this.rest.send<BegunOut>("POST", PLACE, { password });
  }

  async confirm(code: string): Promise<void> {
    await this.#take("/confirm", { code });
    this.begun = null;
  }

  /** The older recovery codes end. */
  async renew(password: string, code: string): Promise<void> {
    await this.#take("/recovery-codes", { password, code });
  }

  async disable(password: string, proof: FactorProof): Promise<void> {
    await this.rest.send("POST", `${PLACE}/disable`, { password, ...proof });
    await this.load();
  }

  /** Nothing was switched on by it. */
  giveUp(): void {
    this.begun = null;
  }

  putAway(): void {
    this.codes = null;
  }

  async #take(path: string, body: unknown): Promise<void> {
    const { recovery_codes } = await this.rest.send<RecoveryCodesOut>("POST", PLACE + path, body);
    this.codes = recovery_codes;
    await this.load();
  }
}
