/** Where one is signed in: the list, and ending one or all of them. For the latter the server may want the password. */

import type { DeviceOut } from "@tablecast/client";

import type { Problem } from "../lib/model";
import { problemOf } from "../lib/problem";
import type { Account } from "./account.svelte";

interface Again {
  password: string;
}

export class Devices {
  list = $state.raw<readonly DeviceOut[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** What is under way: a device's id, "all", "list" or nothing. */
  busy = $state<string | null>(null);
  /** What the server wants the password for; null where nothing waits. */
  waiting = $state.raw<((again: Again) => Promise<void>) | null>(null);
  /** What was done, for screen readers. */
  said = $state("");

  constructor(private readonly account: Pick<Account, "rest" | "signOutEverywhere">) {}

  load(): Promise<boolean> {
    return this.#try("list", async () => {
      this.list = await this.account.rest.get<DeviceOut[]>("/users/me/sessions");
    });
  }

  end(device: DeviceOut, name: string): Promise<boolean> {
    return this.#try(device.id, async (again) => {
      // One that has ended by itself meanwhile is what was wanted, too.
      await this.account.rest.send("DELETE", `/users/me/sessions/${device.id}`, again).catch((thrown: unknown) => {
        if (problemOf(thrown).code !== "not_found") throw thrown;
      });
      this.list = (this.list ?? []).filter(({ id }) => id !== device.id);
      this.said = `${name} was signed out.`;
    });
  }

  /** This one, too. */
  endAll(): Promise<boolean> {
    return this.#try("all", (again) => this.account.signOutEverywhere(again?.password));
  }

  /** What waits, with the password; rejects where that is wrong, and then it waits still. */
  async prove(password: string): Promise<void> {
    await this.waiting?.({ password });
    this.waiting = null;
  }

  /** It is not to be done after all. */
  leave(): void {
    this.waiting = null;
  }

  async #try(what: string, run: (again?: Again) => Promise<void>): Promise<boolean> {
    this.busy = what;
    this.problem = null;
    try {
      await run();
      return true;
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.code === "reauthenticate") this.waiting = run;
      else this.problem = problem;
      return false;
    } finally {
      this.busy = null;
    }
  }
}
