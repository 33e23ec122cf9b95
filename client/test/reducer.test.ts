import { describe, expect, it } from "vitest";
import { apply, merge } from "../src";
import { character, hp, hpEvent, view } from "./fixtures";

describe("the reducer", () => {
  it("replaces the fields that a patch names and keeps all others", () => {
    const before = view("a", "b");
    const after = apply(before, hpEvent(2, "a", 7).event);
    expect(hp(after, "a")).toBe(7);
    expect(after.characters.a?.stats.ac).toBe(15);
    expect(after.characters.b).toBe(before.characters.b);
  });

  it("never changes what it was given", () => {
    const before = view("a");
    const copy = structuredClone(before);
    apply(before, hpEvent(2, "a", 7).event);
    expect(before).toEqual(copy);
  });

  it("adds a new key of a map and removes one that is null", () => {
    const added = merge(view("a"), { characters: { b: character("b"), a: null } });
    expect(Object.keys(added.characters)).toEqual(["b"]);
  });

  it("takes null as a value in a record", () => {
    const start = merge(view("a"), { characters: { a: { concentration: "Bless" } } });
    expect(merge(start, { characters: { a: { concentration: null } } }).characters.a?.concentration).toBeNull();
  });

  it("merges resources by key and removes them by null", () => {
    const rage = {
      label: "Rage",
      current: 3,
      max: 3,
      direction: "down",
      style: "pips",
      reset: "long",
      display: "exact",
    };
    const with1 = merge(view("a"), { characters: { a: { resources: { rage } } } });
    const used = merge(with1, { characters: { a: { resources: { rage: { current: 2 } } } } });
    expect(used.characters.a?.resources.rage).toEqual({ ...rage, current: 2 });
    expect(merge(used, { characters: { a: { resources: { rage: null } } } }).characters.a?.resources).toEqual({});
  });

  it("replaces lists, combat and a layout tier whole", () => {
    const place = { x: 0.5, y: 0.5, scale: 1 };
    const placed = merge(view("a"), { layout: { large: { badges: { a: place }, chips: {} } } });
    const cleared = merge(placed, { layout: { large: { badges: {}, chips: {} } }, roster: [] });
    expect(cleared.layout.large.badges).toEqual({});
    expect(cleared.layout.medium).toBe(placed.layout.medium);
    expect(cleared.roster).toEqual([]);
  });

  it("keeps the view itself when nothing in it changes", () => {
    const before = view("a");
    const event = { ...hpEvent(2, "a", 7).event, type: "roll" as const, data: { total: 17 } };
    expect(apply(before, event)).toBe(before);
  });

  it("is not fooled by a key that names a prototype", () => {
    const patch = JSON.parse('{"characters": {"__proto__": {"name": "x"}, "constructor": {"name": "y"}}}');
    const after = merge(view("a"), patch);
    expect(({} as Record<string, unknown>).name).toBeUndefined();
    expect(Object.getPrototypeOf(after.characters)).toBe(Object.prototype);
  });
});
