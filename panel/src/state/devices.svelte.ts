/** Where one is signed in: the list, and ending one or all of them. */

import type { DeviceOut } from "@tablecast/client";

import type { Problem } from "../lib/model";
import { problemOf } from "../lib/problem";
import type { Account } from "./account.svelte";

export class Devices {
  list = $state.raw<readonly DeviceOut[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** What is under way: a device's id, "all", "list" or nothing. */
  busy = $state<string | null>(null);
  /** What was done, for screen readers. */
  said = $state("");

  constructor(private readonly account: Pick<Account, "rest" | "signOutEverywhere">) {}

  load(): Promise<boolean> {
    return this.#try("list", async () => {
      this.list = await this.account.rest.get<DeviceOut[]>("/users/me/sessions");
    });
  }

  end(device: DeviceOut, name: string): Promise<boolean> {
    return this.#try(device.id, async () => {
      // One that has ended by itself meanwhile is what was wanted, too.
      await this.account.rest.send("DELETE", `/users/me/sessions/${device.id}`).catch((thrown: unknown) => {
        if (problemOf(thrown).code !== "not_found") throw thrown;
      });
      this.list = (this.list ?? []).filter(({ id }) => id !== device.id);
      this.said = `${name} was signed out.`;
    });
  }

  /** This one, too. */
  endAll(): Promise<boolean> {
    return this.#try("all", () => this.account.signOutEverywhere());
  }

  async #try(what: string, run: () => Promise<unknown>): Promise<boolean> {
    this.busy = what;
    this.problem = null;
    try {
      await run();
      return true;
    } catch (thrown) {
      this.problem = problemOf(thrown);
      return false;
    } finally {
      this.busy = null;
    }
  }
}
