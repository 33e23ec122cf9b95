import { describe, expect, it } from "vitest";

import { automatic, CANVAS, CARD, chipsOf, isSame, nudged, scaled, settled, withPlace } from "../src/lib/layout";

describe("places on the canvas", () => {
  it("keeps an element wholly in sight", () => {
    const size = CARD.large;
    const corner = settled({ x: -3, y: 9 }, false, size);
    expect(corner.x).toBeCloseTo(size.width / CANVAS.width / 2, 3);
    expect(corner.y).toBeCloseTo(1 - size.height / CANVAS.height / 2, 3);
    expect(settled({ x: 0.2, y: 0.2 }, false, { width: 5000, height: 5000 })).toEqual({ x: 0.5, y: 0.5 });
  });

  it("snaps to squares of thirty pixels", () => {
    const { x, y } = settled({ x: 0.501, y: 0.499 }, true);
    expect([x * CANVAS.width, y * CANVAS.height]).toEqual([960, 540]);
    expect(nudged({ x: 0.5, y: 0.5 }, 1, -1, true)).toEqual({ x: 0.5156, y: 0.4722 });
    expect(nudged({ x: 0.5, y: 0.5 }, 1, 0, false).x * CANVAS.width).toBeCloseTo(961, 0);
  });

  it("bounds the size to what the server takes", () => {
    expect(scaled(1, 1)).toBe(1.05);
    expect(scaled(4, 3)).toBe(4);
    expect(scaled(0.25, -3)).toBe(0.25);
  });

  it("puts an element somewhere and gives it back", () => {
    const place = { x: 0.1, y: 0.2, scale: 1 };
    const moved = withPlace({ badges: {}, chips: {} }, "chips", "m", place);
    expect(moved).toEqual({ badges: {}, chips: { m: place } });
    expect(isSame(moved, { badges: {}, chips: {} })).toBe(false);
    expect(isSame(withPlace(moved, "chips", "m", null), { badges: {}, chips: {} })).toBe(true);
  });
});

describe("the automatic arrangement", () => {
  const far = (a: number, b: number, pixels: number, size: number) => Math.abs(a - b) * pixels >= size - 1;

  it.each(["large", "medium", "compact"] as const)("shows every %s card, in sight, without overlap", (tier) => {
    const ids = Array.from({ length: 24 }, (_, index) => `c${index}`);
    const places = Object.values(automatic(ids, tier));
    const { width, height } = CARD[tier];
    expect(places).toHaveLength(24);
    for (const [index, a] of places.entries()) {
      expect(settled(a, false, CARD[tier])).toEqual(a);
      for (const b of places.slice(index + 1)) {
        expect(far(a.x, b.x, CANVAS.width, width) || far(a.y, b.y, CANVAS.height, height)).toBe(true);
      }
    }
  });

  it("hangs chips above a card, below one at the top, beside a compact one", () => {
    expect(chipsOf({ x: 0.5, y: 0.9 }, "large").y).toBeLessThan(0.9);
    expect(chipsOf({ x: 0.5, y: 0.1 }, "large").y).toBeGreaterThan(0.1);
    expect(chipsOf({ x: 0.1, y: 0.5 }, "compact").x).toBeGreaterThan(0.1);
    expect(chipsOf({ x: 0.9, y: 0.5 }, "compact").x).toBeLessThan(0.9);
  });
});
