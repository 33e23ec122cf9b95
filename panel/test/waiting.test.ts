import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { explain, made, problemOf, Refused, retryAt, span, untimed } from "../src/lib/problem";
import { Accounts } from "../src/state/accounts.svelte";
import { Calls } from "../src/state/calls.svelte";
import { Submission } from "../src/state/submission.svelte";
import { Answers } from "./answers";

const busy = (ms: number): Refused =>
  new Refused({ ...made("too_many", "Too many tries", 429), retry_after_ms: ms });

describe("a form that has to wait", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => vi.useRealTimers());

  it("counts down, sends nothing meanwhile, and then sends again", async () => {
    const form = new Submission(["login"]);
    expect(form.wait).toBeNull();
    expect(await form.send(() => Promise.reject(busy(43_000)))).toBe(false);
    expect([form.wait, form.failure]).toEqual([43, "Too many tries."]);
    vi.setSystemTime(1_000_000 + 40_500);
    const run = vi.fn(() => Promise.resolve());
    expect([form.wait, await form.send(run), run.mock.calls.length]).toEqual([3, false, 0]);
    vi.setSystemTime(1_000_000 + 43_000);
    expect([form.wait, await form.send(run), run.mock.calls.length]).toEqual([0, true, 1]);
    expect([form.wait, form.failure]).toEqual([null, null]);
  });

  it("does so at each place of a list, and leaves the others alone", async () => {
    const calls = new Calls();
    expect(calls.way("x")).toEqual({ doing: "idle", held: false });
    expect(await calls.run("x", () => Promise.reject(busy(43_000)))).toBe(false);
    expect([calls.wait("x"), calls.way("x"), calls.wait("y")]).toEqual([43, { doing: "idle", held: true }, null]);
    const run = vi.fn(() => Promise.resolve());
    expect([await calls.run("x", run), await calls.reread("x", run), run.mock.calls.length]).toEqual([false, false, 0]);
    expect([await calls.run("y", run), run.mock.calls.length]).toEqual([true, 1]);
    vi.setSystemTime(1_000_000 + 43_000);
    expect([calls.way("x").held, await calls.run("x", run), calls.wait("x")]).toEqual([false, true, null]);
  });

  it("finds nothing anew before the time, also with other words", async () => {
    const answers = new Answers().refuse("GET /users?limit=50", "too_many", "Too many", 429, 43_000);
    const accounts = new Accounts(answers.rest);
    await accounts.find();
    accounts.query = "mira";
    await accounts.find();
    expect([accounts.calls.wait(accounts.searching), answers.asked]).toEqual([43, ["GET /users?limit=50"]]);
    vi.setSystemTime(1_000_000 + 43_000);
    answers.on("GET /users?limit=50&query=mira", []);
    await accounts.find();
    expect(accounts.list).toEqual([]);
  });

  it("does so for everything that says when to come back, and for nothing else", async () => {
    const form = new Submission([]);
    await form.send(() => Promise.reject(new Refused(made("forbidden", "No", 403))));
    expect([form.wait, form.failure?.startsWith("No.")]).toEqual([null, true]);
    expect(retryAt(problemOf(busy(1_000)))).toBeNull();
    const away = new Refused({ ...made("unavailable", "Too busy", 503), retry_after_ms: 10_000 });
    expect(explain(untimed(problemOf(away)))).toBe("Too busy.");
  });

  it("says the time in the largest unit, and never too early", () => {
    expect([1, 43, 90, 61 * 60, 5_400].map(span)).toEqual(["1 second", "43 seconds", "2 minutes", "61 minutes", "2 hours"]);
  });
});
