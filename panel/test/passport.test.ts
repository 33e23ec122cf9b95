import { FakeWorld } from "@tablecast/client/testing";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { type Access, AGAIN_MS, AHEAD_MS, type News, Passport, type World } from "../src/api/passport";
import { made, Refused, unreachable } from "../src/lib/problem";
import { drawer, signedIn } from "./tables";

const LIFE_MS = 600_000;

/** One browser: tabs that share a cookie, a lock, storage and news. */
class Browser {
  readonly world = new FakeWorld();
  readonly shelf = drawer();
  readonly refresh = vi.fn(() => Promise.resolve(signedIn(`access-${this.refresh.mock.calls.length}`)));
  #hearers: ((news: News) => void)[] = [];
  #lock: Promise<unknown> = Promise.resolve();

  tab(): Passport {
    const own = this.#hearers.length;
    const world: World = {
      now: () => this.world.now(),
      after: (ms, run) => this.world.after(ms, run),
      onWake: (run) => this.world.onWake(run),
      refresh: () => this.refresh(),
      alone: <T>(run: () => Promise<T>): Promise<T> => {
        const turn = this.#lock.then(run, run);
        this.#lock = turn.catch(() => undefined);
        return turn;
      },
      tell: (news) => this.#hearers.forEach((hear, index) => index !== own && hear(news)),
      onNews: (hear) => this.#hearers.push(hear),
      shelf: this.shelf,
    };
    return new Passport(world);
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("the passport", () => {
  let browser: Browser;
  let tab: Passport;

  beforeEach(() => {
    browser = new Browser();
    tab = browser.tab();
  });

  it("hands out its token while it lasts, and asks for another before it ends", async () => {
    tab.take(signedIn("first"));
    expect(await tab.fresh()).toBe("first");
    browser.world.pass(LIFE_MS - AHEAD_MS);
    await settled();
    expect(await tab.fresh()).toBe("access-1");
    expect(browser.refresh).toHaveBeenCalledTimes(1);
  });

  it("asks at once for a token that ended while the laptop slept, and only once", async () => {
    tab.take(signedIn("first"));
    browser.world.sleep(LIFE_MS);
    browser.world.wake();
    await settled();
    expect(tab.access?.token).toBe("access-1");
    expect(await Promise.all([tab.fresh(), tab.fresh()])).toEqual(["access-1", "access-1"]);
    expect(browser.refresh).toHaveBeenCalledTimes(1);
  });

  it("is shared by tabs: what one of them gets, all of them have", async () => {
    const other = browser.tab();
    tab.take(signedIn("first"));
    expect(await other.fresh()).toBe("first");
    browser.world.sleep(LIFE_MS);
    expect(await Promise.all([tab.fresh(), other.fresh()])).toEqual(["access-1", "access-1"]);
    expect(browser.refresh).toHaveBeenCalledTimes(1);
  });

  it("ends in every tab when the server says that it is over", async () => {
    const other = browser.tab();
    const heard: (Access | null)[] = [];
    tab.take(signedIn("first"));
    other.onChange((access) => heard.push(access));
    browser.refresh.mockRejectedValueOnce(new Refused(made("invalid_grant", "Over", 401)));
    await expect(tab.renew()).rejects.toMatchObject({ problem: { code: "invalid_grant" } });
    expect(heard).toEqual([null]);
    expect([tab.isKept, other.isKept, other.access]).toEqual([false, false, null]);
  });

  it("goes on trying where the server can't be reached, and signs nobody out", async () => {
    tab.take(signedIn("first"));
    browser.refresh.mockRejectedValueOnce(new Refused(unreachable()));
    await expect(tab.renew()).rejects.toMatchObject({ problem: { code: "unreachable" } });
    expect(tab.access?.token).toBe("first");
    browser.world.pass(AGAIN_MS);
    await settled();
    expect(tab.access?.token).toBe("access-2");
  });

  it("knows after a reload that somebody was here, and keeps no token in storage", () => {
    expect(tab.isKept).toBe(false);
    tab.take(signedIn("first"));
    expect(browser.tab().isKept).toBe(true);
    expect(JSON.stringify([...browser.shelf.all])).not.toContain("first");
    tab.drop();
    expect(browser.tab().isKept).toBe(false);
  });

  it("renews nothing, in no tab, while the sign-in is replaced by another one", async () => {
    const other = browser.tab();
    tab.take(signedIn("first"));
    const changing = tab.replace(() => settled().then(() => signedIn("after the new password")));
    const asked = [tab.renew(), other.renew()];
    await changing;
    expect((await Promise.all(asked)).map(({ token }) => token)).toEqual(Array(2).fill("after the new password"));
    expect(browser.refresh).not.toHaveBeenCalled();
    await expect(tab.replace(() => Promise.reject(new Refused(made("forbidden", "Wrong", 403))))).rejects.toThrow();
    expect(await tab.fresh()).toBe("after the new password");
  });

  it("knows in every tab whether somebody went on purpose, or was put out", async () => {
    const other = browser.tab();
    tab.take(signedIn("first"));
    tab.drop(true);
    expect([tab.left, other.left]).toEqual([true, true]);
    tab.take(signedIn("again"));
    expect([tab.left, other.left]).toEqual([false, false]);
    browser.refresh.mockRejectedValueOnce(new Refused(made("invalid_grant", "over", 401)));
    await tab.renew().catch(() => undefined);
    expect([other.access, tab.left, other.left]).toEqual([null, false, false]);
  });
});
