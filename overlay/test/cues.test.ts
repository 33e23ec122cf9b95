import { merge, type Patch } from "@tablecast/client";
import { describe, expect, it } from "vitest";
import { cues, onTurn, type Cue } from "../src/cues";
import { happen, hp, table, type Happened } from "./tables";

const of = ({ event, news }: Happened): Cue[] => cues(event, news.before, news.after);
const kinds = (happened: Happened): string[] => of(happened).map(({ kind }) => kind);

describe("cues", () => {
  it("tell the whole blow, what temporary hit points took included", () => {
    const blow = happen(table(), "hp_change", "b", hp(29, 84, 0), { kind: "damage", amount: 11 });
    expect(of(blow)).toMatchObject([{ kind: "damage", amount: 11, critical: false, character: "b" }]);
  });

  it("say where the bar stood before", () => {
    const blow = happen(table(), "hp_change", "a", hp(30, 61), { kind: "damage", amount: 28 });
    expect(of(blow)[0]?.from).toBeCloseTo(58 / 61);
  });

  it("count the difference where no amount is told", () => {
    expect(of(happen(table(), "hp_change", "a", hp(50, 61), { kind: "set" }))).toMatchObject([{ amount: 8 }]);
    expect(of(happen(table(), "hp_change", "a", hp(61, 61)))).toMatchObject([{ kind: "heal", amount: 3 }]);
  });

  it("tell of a blow on a bar without a number, even when the bar does not move", () => {
    const view = table();
    const bar = { stats: { hp: { fraction: 0.4 } } };
    expect(of(happen(view, "hp_change", "e", bar, { kind: "damage" }))).toMatchObject([{ amount: null }]);
    expect(of(happen(view, "hp_change", "e", {}, { kind: "damage" }))).toMatchObject([
      { kind: "damage", amount: null },
    ]);
  });

  it("never invent a number when the display changed between exact and bar", () => {
    const view = table();
    const revealed = happen(view, "hp_change", "e", { ...hp(40, 90), hp_display: "exact" });
    expect(of(revealed)).toEqual([]);
  });

  it("mark a critical", () => {
    const blow = happen(table(), "hp_change", "a", hp(30, 61), { kind: "damage", amount: 28, critical: true });
    expect(of(blow)[0]?.critical).toBe(true);
  });

  it.each([
    ["a", { ...hp(0, 61), status: "dying" }, ["damage", "down"]],
    ["a", { ...hp(0, 61), status: "dead" }, ["damage", "dead"]],
    ["c", { ...hp(5, 52), status: "bloodied" }, ["heal", "revive"]],
    ["c", { status: "stable" }, ["stable"]],
    ["c", { death_saves: { successes: 2, failures: 2, stable: false } }, ["success"]],
    ["c", { death_saves: { successes: 1, failures: 3, stable: false }, status: "dead" }, ["dead", "failure"]],
    ["a", hp(58, 61, 8), ["temp"]],
    ["a", { concentration: "Bless" }, ["concentration"]],
    ["a", { concentration: null }, []],
    ["a", { conditions: [] }, []],
  ])("%s %j gives %j", (id, patch, expected) => {
    expect(kinds(happen(table(), "hp_change", id, patch))).toEqual(expected);
  });

  it("tell a condition that is new or has a new level, and no other", () => {
    const view = table();
    const conditions = view.characters.e!.conditions;
    const worse = conditions.map((each) => (each.key === "exhaustion" ? { ...each, value: 4 } : each));
    expect(of(happen(view, "condition", "e", { conditions: worse })).map(({ key }) => key)).toEqual(["exhaustion"]);
  });

  it.each([{ silent: true }, { undo_of: 7 }])("are none for a correction: %j", (more) => {
    expect(kinds(happen(table(), "hp_change", "a", hp(1, 61), { kind: "damage", amount: 57 }, more))).toEqual([]);
  });

  it.each(["character", "visibility", "roster", "layout", "campaign"] as const)("are none for an edit: %s", (type) => {
    expect(kinds(happen(table(), type, "a", hp(1, 61)))).toEqual([]);
  });

  it("come for each of many, as after a rest", () => {
    const before = table();
    const after = { characters: { a: hp(61, 61), b: hp(84, 84) } };
    const { event } = happen(before, "hp_change", "a", {}, { kind: "rest" }, { character_id: null });
    const all = cues({ ...event, data: { after } }, before, merge(before, after));
    expect(all.map(({ character, kind }) => [character, kind])).toEqual([
      ["a", "heal"],
      ["b", "heal"],
    ]);
  });

  it("tell whose turn begins, and nothing of one that may not be known", () => {
    const before = table();
    const turn = (id: string | null): Patch => ({
      combat: {
        ...before.combat!,
        turn: id,
        entries: [...before.combat!.entries, { id: "t2", character_id: "b", name: null, initiative: 3, hidden: false }],
      },
    });
    const { event } = happen(before, "combat", "a", {}, {}, { character_id: null });
    expect(cues({ ...event, data: {} }, before, merge(before, turn("t2")))).toMatchObject([
      { character: "b", kind: "turn" },
    ]);
    expect(cues({ ...event, data: {} }, before, merge(before, turn(null)))).toEqual([]);
    expect(onTurn(merge(before, turn(null)))).toBeNull();
  });
});
