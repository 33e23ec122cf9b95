import { describe, expect, it } from "vitest";

import { keepPlace, keptPlace } from "../src/lib/kept-place";
import { type Identity, mayGo, problemSaid, waysOf } from "../src/lib/ways";

const GOOGLE = { key: "google", name: "Google" };
const GITHUB = { key: "github", name: "GitHub" };

function linked(provider: string, works = true): Identity {
  return { provider, name: "rowan", linked_at: "2026-11-20T19:42:07Z", last_used_at: null, works };
}

describe("ways in", () => {
  it("lists what is offered, linked or not", () => {
    const ways = waysOf([GOOGLE, GITHUB], [linked("github")]);
    expect(ways.map(({ key, identity }) => [key, identity !== null])).toEqual([
      ["google", false],
      ["github", true],
    ]);
  });

  it("keeps in sight what is linked and no longer offered", () => {
    expect(waysOf([], [linked("google")])).toMatchObject([{ key: "google", offered: false }]);
  });

  it("lets the last way in stay", () => {
    const ways = waysOf([GOOGLE, GITHUB], [linked("google")]);
    expect(mayGo(ways[0]!, ways, false)).toBe(false);
    expect(mayGo(ways[0]!, ways, true)).toBe(true);
    const both = waysOf([GOOGLE, GITHUB], [linked("google"), linked("github")]);
    expect(mayGo(both[0]!, both, false)).toBe(true);
    const dead = waysOf([GOOGLE, GITHUB], [linked("google"), linked("github", false)]);
    expect(mayGo(dead[0]!, dead, false)).toBe(false);
  });
});

describe("a way that went wrong", () => {
  it("is said in words, and what nobody knows too", () => {
    expect(problemSaid("address_taken")).toContain("link");
    for (const unknown of [null, "", "toString", "<b>"]) expect(problemSaid(unknown)).toContain("did not work");
  });
});

describe("where one wanted to be", () => {
  it("is told once", () => {
    const kept = new Map<string, string>();
    const shelf = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    keepPlace(shelf, "devices");
    expect([keptPlace(shelf), keptPlace(shelf)]).toEqual(["devices", null]);
    keepPlace(shelf, "devices");
    keepPlace(shelf, null);
    expect(keptPlace(shelf)).toBeNull();
  });
});
