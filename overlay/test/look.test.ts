import { readFileSync } from "node:fs";
import type { Tier } from "@tablecast/client";
import { describe, expect, it } from "vitest";
import { arrange, automaticTier, CARD, chipSide, fit, GAP, MARGIN, room } from "../src/arrange";
import { readConfig } from "../src/config";
import { CHIPS, chips, hpLook, isLong, statusWord, subtitle } from "../src/look";
import { table, who } from "./tables";

const TIERS: Tier[] = ["large", "medium", "compact"];

describe("hit points", () => {
  it("show a sliver at one, nothing at none and no more than all", () => {
    expect(hpLook({ current: 1, max: 400, temp: 0, base_max: 400 })).toMatchObject({ fraction: 0.02 });
    expect(hpLook({ current: 0, max: 400, temp: 0, base_max: 400 })).toMatchObject({ fraction: 0 });
    expect(hpLook({ current: 9, max: 9, temp: 50, base_max: 9 })).toMatchObject({ fraction: 1, tempFraction: 1 });
    expect(hpLook({ current: 0, max: 0, temp: 3, base_max: 0 })).toMatchObject({ fraction: 0, tempFraction: 1 });
  });

  it("show no more than the audience was told", () => {
    expect(hpLook({ fraction: 0.35 })).toEqual({ mode: "bar", fraction: 0.35 });
    expect(hpLook({ label: "Hurt" })).toEqual({ mode: "label", label: "Hurt" });
    expect(hpLook(null)).toEqual({ mode: "hidden" });
  });
});

describe("words", () => {
  it("tell every status but health", () => {
    expect(
      ["bloodied", "dying", "stable", "dead", "healthy", null].map((status) => statusWord(status as "dead")),
    ).toEqual(["Bloodied", "Dying", "Stable", "Dead", null, null]);
  });

  it("name class and level, else race, else the kind", () => {
    const view = table();
    expect(subtitle(who(view, "a"))).toBe("Ranger 7");
    expect(subtitle(who(view, "e"))).toBe("Monster");
    expect(subtitle({ ...who(view, "e"), race: "Fey" })).toBe("Fey");
    expect(subtitle({ ...who(view, "a"), level: null })).toBe("Ranger");
  });

  it("count a name's letters as people do", () => {
    expect(isLong("🐉".repeat(17))).toBe(false);
    expect(isLong("x".repeat(18))).toBe(true);
  });
});

describe("chips", () => {
  it("show what fits and count the rest, never a +1 in place of the last", () => {
    const { conditions } = who(table(), "e");
    for (const tier of TIERS) {
      for (let count = 0; count <= conditions.length; count += 1) {
        const { shown, more } = chips(conditions.slice(0, count), tier);
        expect(shown.length + more).toBe(count);
        expect(more).not.toBe(1);
      }
    }
  });
});

describe("the arrangement", () => {
  it.each([
    [5, 1920, 1080, "large"],
    [6, 1920, 1080, "medium"],
    [7, 1920, 1080, "compact"],
    [5, 3840, 2160, "large"],
    [4, 1280, 720, "large"],
    [5, 1280, 720, "medium"],
    [5, 800, 600, "compact"],
    [0, 1920, 1080, "large"],
  ] as const)("%i on %i × %i is %s", (count, width, height, tier) => {
    expect(automaticTier(count, width, height)).toBe(tier);
  });

  it("puts compact cards up the left side, the rest on the right, all 24 within 1080 pixels", () => {
    const ids = Array.from({ length: 24 }, (_, i) => `c${i}`);
    const { sides } = arrange(ids, undefined, "compact", 1080, 1);
    expect(sides.map(({ side, ids: own }) => [side, own.length])).toEqual([
      ["left", 15],
      ["right", 9],
    ]);
    expect(15 * (CARD.compact.height + GAP.compact) - GAP.compact + 2 * MARGIN).toBeLessThanOrEqual(1080);
  });

  it("leaves out of the row who was placed, and forgets who left the roster", () => {
    const place = { x: 0.1, y: 0.2, scale: 1 };
    const { sides, placed } = arrange(["a", "b"], { badges: { b: place, gone: place }, chips: {} }, "large", 1080, 1);
    expect(sides).toEqual([{ side: "bottom", ids: ["a"] }]);
    expect(placed).toEqual([{ id: "b", place }]);
  });

  it("knows when forced cards need a second line", () => {
    expect([room("large", 1920, 1), room("medium", 1920, 1)]).toEqual([5, 6]);
    expect(room("large", 1080, 1)).toBe(2);
  });

  it("keeps three lines of chips free between lines of cards, and no card shows more than two by three", () => {
    const style = (name: string): string => readFileSync(new URL(`../src/style/${name}.css`, import.meta.url), "utf8");
    const [, lines] = /gap: calc\((\d) \* \(1\.72 \* var\(--tc-chip-size\) \+ 5 \*/.exec(style("stage")) ?? [];
    expect(style("chips")).toContain("height: 1.72em");
    expect(style("chips")).toMatch(/\[data-wraps="true"\] \.tc-chip \{\s+max-width: calc\(50% - /);
    const withConcentration = 1 + Math.max(CHIPS.large, CHIPS.medium);
    expect(Number(lines) * 2).toBeGreaterThanOrEqual(withConcentration);
  });

  it("hangs conditions where there is room", () => {
    const at = (x: number, y: number) => ({ x, y, scale: 1 });
    expect(chipSide("large", "bottom", null)).toBe("above");
    expect(chipSide("medium", "bottom", at(0.5, 0.1))).toBe("below");
    expect(chipSide("compact", "left", null)).toBe("right");
    expect(chipSide("compact", "right", null)).toBe("left");
    expect(chipSide("compact", "bottom", at(0.9, 0.5))).toBe("left");
  });

  it("scales with the source, but keeps text legible", () => {
    expect(fit(3840, 2160)).toBe(2);
    expect(fit(1920, 1080)).toBe(1);
    expect(fit(400, 300)).toBe(0.75);
  });

  it.each(TIERS)("has the sizes of the style sheet: %s", (tier) => {
    const css = readFileSync(new URL("../src/style/stage.css", import.meta.url), "utf8");
    const own = css.slice(css.indexOf(`.tc-stage[data-tier="${tier}"]`));
    const size = (name: string): number => Number(new RegExp(`--tc-card-${name}: calc\\((\\d+) `).exec(own)?.[1]);
    expect({ width: size("width"), height: size("height") }).toEqual(CARD[tier]);
  });
});

describe("the address", () => {
  it("holds campaign, tier, name and token", () => {
    const address = {
      pathname: "/overlay/ember%20fall",
      search: "?tier=compact&name=Cam%201&debug=1",
      hash: "#token=ovl_x",
    };
    expect(readConfig(address)).toEqual({
      campaign: "ember fall",
      token: "ovl_x",
      tier: "compact",
      debug: true,
      name: "Cam 1",
    });
  });

  it("takes an overlay's token from the query where no other is given, and nobody else's", () => {
    const read = (search: string, hash = "") => readConfig({ pathname: "/overlay/x", search, hash }).token;
    expect(read("?token=ovl_q")).toBe("ovl_q");
    expect(read("?token=ovl_q", "#token=ovl_h")).toBe("ovl_h");
    expect(read("?token=adm_q")).toBeNull();
  });

  it("does without, and survives nonsense", () => {
    expect(readConfig({ pathname: "/overlay/%E0%A4%A", search: "?tier=huge", hash: "" })).toEqual({
      campaign: "%E0%A4%A",
      token: null,
      tier: null,
      debug: false,
      name: null,
    });
  });
});
