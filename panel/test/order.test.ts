import { describe, expect, it } from "vitest";

import { arranged, moved, nearest, neighbour } from "../src/lib/order";

const grid = [0, 1, 2, 3, 4].map((index) => ({
  left: (index % 2) * 100,
  top: Math.floor(index / 2) * 80,
  width: 90,
  height: 70,
}));

describe("reordering", () => {
  it("moves an item and keeps the others in order", () => {
    expect(moved(["a", "b", "c", "d"], 0, 2)).toEqual(["b", "c", "a", "d"]);
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b"], 1, 9)).toEqual(["a", "b"]);
    expect(moved(["a", "b"], 5, 0)).toEqual(["a", "b"]);
  });

  it("follows a wish among those who are still there, and puts newcomers last", () => {
    expect(arranged(["a", "b", "new", "c"], ["c", "gone", "a", "b"], (id) => id)).toEqual(["c", "a", "b", "new"]);
  });

  it("finds the card under a pointer, or the nearest", () => {
    expect(nearest(grid, 140, 30)).toBe(1);
    expect(nearest(grid, 20, 500)).toBe(4);
    expect(nearest([], 0, 0)).toBe(-1);
  });

  it("walks cards by arrow keys as they stand on screen", () => {
    expect(neighbour(grid, 0, "down")).toBe(2);
    expect(neighbour(grid, 3, "up")).toBe(1);
    expect(neighbour(grid, 1, "right")).toBe(2);
    expect(neighbour(grid, 0, "left")).toBe(0);
    expect(neighbour(grid, 4, "down")).toBe(4);
  });
});
