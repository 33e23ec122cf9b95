import { CommandError } from "@tablecast/client";
import { describe, expect, it } from "vitest";

import { linkSaid } from "../src/lib/links";
import { nextPage, problemIn } from "../src/api/rest";
import { byField, explain, made, passwordSaid, problemOf, Refused } from "../src/lib/problem";

describe("refusals in words", () => {
  it("says what went wrong and what to do", () => {
    expect(explain(made("conflict", "Event 12 has built on it"))).toBe(
      "Event 12 has built on it. Look at the current values, then try again.",
    );
    expect(explain(made("rule_refused", "The dead don't heal"))).toBe("The dead don't heal.");
  });

  it("says itself what the server says for programs", () => {
    const problem = made("reauthenticate", "Send your password as well, or sign in once more");
    expect(explain(problem)).toBe("You signed in a while ago. Sign out, sign in again, and do it then.");
  });

  it("says of a password that it is wrong, or that there is none, and what then", () => {
    expect(passwordSaid(made("forbidden", "x"))).toBe("The password is wrong. Nothing was changed.");
    expect(passwordSaid(made("password_missing", "Ask for a link"))).toContain("no password yet. Set one");
    expect(linkSaid(made("password_missing", "x"), "")).toContain("Sign in first");
  });

  it("names the one field that is wrong", () => {
    const errors = [{ pointer: "/data/amount", detail: "is too large" }];
    const problem = { ...made("invalid", "Some fields need to be corrected"), errors };
    expect(explain(problem)).toBe("Some fields need to be corrected. Is too large.");
  });

  it("finds fields by their path, wherever the body nests them", () => {
    const errors = [
      { pointer: "/stats/hp/max", detail: "must be at least 1" },
      { pointer: "/data/fields/name", detail: "write something" },
      { pointer: "/name", detail: "second" },
    ];
    const found = byField({ ...made("invalid", "x"), errors });
    expect(found).toEqual({ "stats.hp.max": "Must be at least 1", name: "Write something" });
  });

  it("takes the server's problem from wherever it came", () => {
    const problem = made("forbidden", "No");
    expect(problemOf(new Refused(problem))).toBe(problem);
    expect(problemOf(new CommandError("c1", problem))).toBe(problem);
    expect(problemOf(new TypeError("fetch failed")).code).toBe("unreachable");
  });

  it("makes a problem of what is none", () => {
    expect(problemIn({ code: "invalid", detail: "x" }, 422).code).toBe("invalid");
    expect(problemIn(null, 502).code).toBe("unreachable");
    expect(problemIn("<html>", 500).code).toBe("internal");
    expect(problemIn(null, 413).code).toBe("too_large");
  });
});

describe("pages", () => {
  it("follows the Link header, below /v1", () => {
    expect(nextPage('<http://h/v1/campaigns?cursor=a%3D&limit=2>; rel="next"')).toBe("/campaigns?cursor=a%3D&limit=2");
    expect(nextPage("</v1/campaigns?cursor=b>; rel=next")).toBe("/campaigns?cursor=b");
    expect(nextPage(null)).toBeNull();
  });

  it("say when to try again, where the server knows", () => {
    const after = (retry_after_ms: number) => explain({ ...made("too_many", "Too many tries", 429), retry_after_ms });
    expect(after(1_000)).toBe("Too many tries. Wait a moment, then try again.");
    expect(after(4_200)).toBe("Too many tries. Try again in 5 seconds.");
    expect(after(300_000)).toBe("Too many tries. Try again in 5 minutes.");
    expect(after(86_400_000)).toBe("Too many tries. Try again in 24 hours.");
  });
});
