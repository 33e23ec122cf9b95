/** Where one is signed in: the list, and ending one or all of them. For the latter the server may want the password. */

import type { DeviceOut } from "@tablecast/client";

import { problemOf } from "../lib/problem";
import type { Account } from "./account.svelte";
import { Calls } from "./calls.svelte";

interface Again {
  password: string;
}

export class Devices {
  list = $state.raw<readonly DeviceOut[] | null>(null);
  /** By a device's id, "all" and "list". */
  readonly calls = new Calls();
  /** What the server wants the password for; null where nothing waits. */
  waiting = $state.raw<((again: Again) => Promise<void>) | null>(null);
  /** What was done, for screen readers. */
  said = $state("");

  constructor(private readonly account: Pick<Account, "rest" | "signOut" | "signOutEverywhere">) {}

  load(): Promise<boolean> {
    return this.calls.reread("list", async () => {
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

  /** The one that asks, which needs no password. */
  endHere({ id }: DeviceOut): Promise<boolean> {
    return this.calls.run(id, () => this.account.signOut());
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
  giveUp(): void {
    this.waiting = null;
  }

  /** Answers whether it is done; what the server wants the password for waits. */
  async #try(what: string, run: (again?: Again) => Promise<void>): Promise<boolean> {
    let waits = false;
    const done = await this.calls.run(what, async () => {
      await run().catch((thrown: unknown) => {
        if (problemOf(thrown).code !== "reauthenticate") throw thrown;
        waits = true;
      });
    });
    if (waits) this.waiting = run;
    return done && !waits;
  }
}
