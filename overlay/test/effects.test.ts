import { describe, expect, it } from "vitest";
import type { Cue } from "../src/cues";
import { COALESCE_MS, Effects, LIFE_MS, MAX_EFFECTS, MAX_PER_CARD } from "../src/effects";

const hit = (amount: number | null, more: Partial<Cue> = {}): Cue => ({
  character: "a",
  kind: "damage",
  amount,
  critical: false,
  key: null,
  from: 0.9,
  ...more,
});

describe("effects", () => {
  it("join blows that come close together into one number", () => {
    const effects = new Effects();
    for (let i = 0; i < 20; i += 1) effects.add([hit(3, { from: 0.9 - i / 100, critical: i === 7 })], i * 10);
    expect(effects.live).toMatchObject([{ amount: 60, hits: 20, critical: true, from: 0.9 }]);
  });

  it("keep blows apart that are not close", () => {
    const effects = new Effects();
    effects.add([hit(3)], 0);
    effects.add([hit(4)], COALESCE_MS);
    expect(effects.live.map(({ amount }) => amount)).toEqual([3, 4]);
  });

  it("never show part of a sum as the whole", () => {
    const effects = new Effects();
    effects.add([hit(3), hit(null)], 0);
    expect(effects.live).toMatchObject([{ amount: null, hits: 2 }]);
  });

  it("do not join what is another's or another thing", () => {
    const effects = new Effects();
    effects.add([hit(3), hit(3, { character: "b" }), hit(3, { kind: "heal" })], 0);
    expect(effects.live).toHaveLength(3);
  });

  it("end when they are due, seen or not", () => {
    const effects = new Effects();
    effects.add([hit(3)], 0);
    expect(effects.prune(LIFE_MS.damage - 1)).toBe(LIFE_MS.damage);
    expect(effects.prune(LIFE_MS.damage)).toBeNull();
    expect(effects.live).toEqual([]);
  });

  it("get a new name when they start anew, so that the page plays them again", () => {
    const effects = new Effects();
    const [first] = effects.add([hit(3)], 0).map(({ id }) => id);
    const [second] = effects.add([hit(3)], 100).map(({ id }) => id);
    expect(second).not.toBe(first);
  });

  it("are bounded on a card and on the stage, the newest staying", () => {
    const effects = new Effects();
    const kinds = ["damage", "heal", "temp", "down", "dead", "revive", "stable", "success"] as const;
    effects.add(
      kinds.map((kind) => hit(1, { kind })),
      0,
    );
    expect(effects.live).toHaveLength(MAX_PER_CARD);
    expect(effects.live.at(-1)?.kind).toBe("success");
    effects.add(
      Array.from({ length: 200 }, (_, i) => hit(1, { character: `c${i}` })),
      0,
    );
    expect(effects.live).toHaveLength(MAX_EFFECTS);
  });
});
