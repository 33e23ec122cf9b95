import { describe, expect, it } from "vitest";

import type { Condition, TableEvent } from "../src/lib/model";
import { sentence } from "../src/lib/sentences";
import { event } from "./tables";

const NAMES: Record<string, string> = { m: "Mira", d: "Dorn" };
const said = (one: TableEvent): string =>
  sentence(one, (id) => NAMES[id] ?? "Somebody")
    .parts.map(({ text }) => text)
    .join("")
    .replaceAll("\u00a0", " ");

const hp = (current: number, temp = 0, max = 30) => ({ stats: { hp: { current, max, temp, base_max: max } } });
const change = (before: object, after: object, data: object = {}, id = "m") => ({
  before: { characters: { [id]: before } },
  after: { characters: { [id]: after } },
  ...data,
});
const condition = (key: string, label: string, value: number | null = null): Condition => ({
  key,
  label,
  kind: "condition",
  value,
  source: null,
  note: null,
  duration: null,
  hidden: false,
  concentration_by: null,
});

describe("the log in sentences", () => {
  it.each<[string, TableEvent]>([
    [
      "Mira took 12 fire damage 20 → 8 · Fire breath",
      event(1, { cause: "Fire breath", data: change(hp(20), hp(8), { kind: "damage", amount: 12, type: "fire" }) }),
    ],
    [
      "Mira took 9 critical damage 20 → 16, 5 absorbed",
      event(1, { data: change(hp(20, 5), hp(16), { kind: "damage", amount: 9, absorbed: 5, critical: true }) }),
    ],
    [
      "Mira took 20 damage 20 → 0 and is dying",
      event(1, {
        data: change({ ...hp(20), status: "healthy" }, { ...hp(0), status: "dying" }, { kind: "damage", amount: 20 }),
      }),
    ],
    [
      "Mira regained 8 0 → 8 and is up again",
      event(1, {
        data: change({ ...hp(0), status: "dying" }, { ...hp(8), status: "bloodied" }, { kind: "heal", amount: 8 }),
      }),
    ],
    ["Mira has 7 temporary hit points", event(1, { data: change(hp(20), hp(20, 7), { kind: "temp", amount: 7 }) })],
    [
      "Mira set to 3/30 (was 20/30)",
      event(1, { silent: true, data: change(hp(20), hp(3), { kind: "set", amount: -17 }) }),
    ],
    [
      "Mira is now poisoned",
      event(1, {
        type: "condition",
        data: change({ conditions: [] }, { conditions: [condition("poisoned", "Poisoned")] }),
      }),
    ],
    [
      "Mira gains Exhaustion 2",
      event(1, {
        type: "condition",
        data: change({ conditions: [] }, { conditions: [condition("exhaustion", "Exhaustion", 2)] }),
      }),
    ],
    [
      "Mira loses On fire",
      event(1, {
        type: "condition",
        data: change({ conditions: [condition("on-fire", "On fire")] }, { conditions: [] }),
      }),
    ],
    [
      "Mira lost concentration on Bless",
      event(1, { type: "concentration", data: change({ concentration: "Bless" }, { concentration: null }) }),
    ],
    [
      "Mira's death save: 7, failure 0 / 1",
      event(1, {
        type: "death_save",
        data: change(
          { death_saves: { successes: 0, failures: 0, stable: false } },
          { death_saves: { successes: 0, failures: 1, stable: false } },
          { roll: 7 },
        ),
      }),
    ],
    [
      "Dorn is on screen; Mira left the screen",
      event(1, { type: "roster", character_id: null, data: { before: { roster: ["m"] }, after: { roster: ["d"] } } }),
    ],
    [
      "Round 2: Dorn's turn",
      event(1, {
        type: "combat",
        character_id: null,
        data: {
          before: { combat: { round: 1, turn: null, entries: [] } },
          after: {
            combat: {
              round: 2,
              turn: "x",
              entries: [{ id: "x", character_id: "d", name: null, initiative: 3, hidden: false }],
            },
          },
        },
      }),
    ],
    [
      "Rolled 17 (1d20+5) · only for the game master",
      event(1, { type: "roll", character_id: null, data: { expression: "1d20+5", total: 17, gm_only: true } }),
    ],
    ["Mira is hidden", event(1, { type: "visibility", data: change({ visible: true }, { visible: false }) })],
    [
      "Mira edited: level, portrait",
      event(1, { type: "character", data: change({ level: 1 }, { level: 2, portrait_url: "/media/x" }) }),
    ],
    [
      "The road goes on",
      event(1, { type: "custom", character_id: null, data: { name: "x", text: "The road goes on" } }),
    ],
  ])("says %s", (text, one) => {
    expect(said(one)).toBe(text);
  });

  it("says something about every type, even with nothing to go by", () => {
    const types = [
      "hp_change",
      "condition",
      "death_save",
      "concentration",
      "resource",
      "combat",
      "roster",
      "layout",
      "character",
      "campaign",
      "episode",
      "visibility",
      "roll",
      "custom",
    ] as const;
    for (const type of types) {
      for (const character_id of ["m", null]) expect(said(event(1, { type, character_id }))).not.toBe("");
    }
  });
});
