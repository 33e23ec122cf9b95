import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { leased, SETTLE_MS, type Tab, TERM_MS } from "../src/api/lease";
import { drawer } from "./tables";

describe("the lease", () => {
  const shelf = drawer();
  const tab: Tab = { now: () => Date.now(), wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)), shelf };
  let running = 0;
  let most = 0;
  const done: string[] = [];

  async function work(name: string, ms = 500): Promise<string> {
    running += 1;
    most = Math.max(most, running);
    await tab.wait(ms);
    running -= 1;
    done.push(name);
    return name;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    running = most = done.length = 0;
  });
  afterEach(() => vi.useRealTimers());

  it("is one tab's at a time, and comes to each", async () => {
    const all = Promise.all(["a", "b", "c"].map((name) => leased(tab, 20_000, () => work(name))));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await all).toEqual(["a", "b", "c"]);
    expect([most, done.length]).toEqual([1, 3]);
  });

  it("of a tab that died ends by itself", async () => {
    void leased(tab, 20_000, () => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(SETTLE_MS);
    const other = leased(tab, 20_000, () => work("other", 0));
    await vi.advanceTimersByTimeAsync(TERM_MS - 1_000);
    expect(done).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await other).toBe("other");
  });

  it("keeps nobody longer than they are patient, and goes back after a failure", async () => {
    void leased(tab, 1_000, () => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(SETTLE_MS);
    const failing = leased(tab, 1_000, () => Promise.reject(new Error("no"))).catch(String);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await failing).toBe("Error: no");
    await vi.advanceTimersByTimeAsync(TERM_MS);
    shelf.setItem("tablecast.person.turn", "what no tab of ours wrote");
    const last = leased(tab, 20_000, () => work("last", 0));
    await vi.advanceTimersByTimeAsync(200);
    expect(await last).toBe("last");
    expect(shelf.getItem("tablecast.person.turn")).toBeNull();
  });
});
