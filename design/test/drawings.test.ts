import { describe, expect, it } from "vitest";
import { arms } from "../src/heraldry";
import { conditionIcon, conditionIcons, states, ui, type Glyph } from "../src/icons";

const FIFTEEN =
  "blinded charmed deafened exhaustion frightened grappled incapacitated invisible paralyzed petrified poisoned prone restrained stunned unconscious";

const all: [string, Glyph][] = [conditionIcons, states, ui].flatMap((set) => Object.entries(set));

describe("icons", () => {
  it("draw all fifteen conditions, no two alike", () => {
    const drawn = FIFTEEN.split(" ").map((key) => JSON.stringify(conditionIcons[key]));
    expect(new Set(drawn).size).toBe(15);
    expect(drawn).not.toContain(undefined);
  });

  it("have one for a condition that somebody made up, and for one named like a method", () => {
    expect(conditionIcon("soul-sick")).toBe(conditionIcon("constructor"));
  });

  it.each(all)("%s is path data only", (_name, glyph) => {
    const data = `${glyph.line ?? ""}${glyph.fill ?? ""}`;
    expect(data).toMatch(/^M[\d\sMLHVCSAZmlhvcsaz.,-]+$/);
    expect(data.length).toBeLessThan(600);
  });
});

describe("arms", () => {
  it("are the same for the same person and differ between people", () => {
    expect(arms("a1", "Ranger")).toEqual(arms("a1", "Ranger"));
    const many = new Set(Array.from({ length: 40 }, (_, i) => JSON.stringify(arms(`person ${i}`))));
    expect(many.size).toBeGreaterThan(25);
  });

  it("show the calling in whatever words it comes", () => {
    expect(arms("x", "Gloom Stalker RANGER 5").emblem).toBe(arms("y", "ranger").emblem);
  });

  it("take the character's own colour, and nothing that is not one", () => {
    expect(arms("x", null, "#8040c0").field).toBe("#241236");
    expect(arms("x", null, "url(evil)")).toEqual(arms("x"));
  });
});
