/** Places on the overlay's canvas: normalised centres, snapped to squares of 30 pixels of 1920 × 1080. */

import { CARD, GAP, MARGIN } from "@tablecast/overlay/arrange";

import type { Layout, Place, Tier } from "./model";

export { CARD };

export const CANVAS = { width: 1920, height: 1080 };
export const COLUMNS = 64;
export const ROWS = 36;
const FINE = 10_000;
const SCALES = { least: 0.25, most: 4, step: 0.05 };

export type Part = "badges" | "chips";
export interface Point {
  x: number;
  y: number;
}
export interface Size {
  width: number;
  height: number;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const rounded = (value: number): number => Math.round(value * FINE) / FINE;

/** A point kept on the canvas, on the grid where asked; an element of a size stays wholly in sight. */
export function settled({ x, y }: Point, snap: boolean, size: Size = { width: 0, height: 0 }): Point {
  const half = { x: Math.min(0.5, size.width / CANVAS.width / 2), y: Math.min(0.5, size.height / CANVAS.height / 2) };
  const on = snap ? { x: Math.round(x * COLUMNS) / COLUMNS, y: Math.round(y * ROWS) / ROWS } : { x, y };
  return { x: rounded(clamp(on.x, half.x, 1 - half.x)), y: rounded(clamp(on.y, half.y, 1 - half.y)) };
}

/** One step by arrow key: a square of the grid, or a pixel. */
export function nudged(at: Point, dx: number, dy: number, snap: boolean, size?: Size): Point {
  const step = snap ? { x: 1 / COLUMNS, y: 1 / ROWS } : { x: 1 / CANVAS.width, y: 1 / CANVAS.height };
  return settled({ x: at.x + dx * step.x, y: at.y + dy * step.y }, snap, size);
}

export function scaled(scale: number, steps: number): number {
  return rounded(
    clamp(Math.round((scale + steps * SCALES.step) / SCALES.step) * SCALES.step, SCALES.least, SCALES.most),
  );
}

/** The layout with one element put somewhere, or given back to the automatic arrangement (null). */
export function withPlace(layout: Layout, part: Part, id: string, place: Place | null): Layout {
  const places = { ...layout[part] };
  if (place) places[id] = place;
  else delete places[id];
  return { ...layout, [part]: places };
}

export function isSame(a: Layout, b: Layout): boolean {
  const flat = (layout: Layout): string =>
    JSON.stringify(
      (["badges", "chips"] as const).map((part) => Object.entries(layout[part]).sort(([x], [y]) => (x < y ? -1 : 1))),
    );
  return flat(a) === flat(b);
}

export const CHIPS: Record<Tier, Size> = {
  large: { width: 220, height: 34 },
  medium: { width: 180, height: 30 },
  compact: { width: 150, height: 26 },
};

/** Where the overlay puts those whom nobody placed, as normalised centres in the order of the roster. */
export function automatic(ids: readonly string[], tier: Tier): Record<string, Point> {
  const { width, height } = CARD[tier];
  const gap = GAP[tier];
  const places = tier === "compact" ? columns(ids.length, height, gap) : lines(ids.length, width, height, gap);
  return Object.fromEntries(ids.map((id, index) => [id, places(index, width)]));
}

type Placing = (index: number, width: number) => Point;

/** Along the bottom, centred; further lines above, with room for the chips of those below. */
function lines(count: number, width: number, height: number, gap: number): Placing {
  const most = Math.max(1, Math.floor((CANVAS.width - 2 * MARGIN + gap) / (width + gap)));
  return (index) => {
    const row = Math.floor(index / most);
    const inRow = Math.min(most, count - row * most);
    const left = (CANVAS.width - inRow * width - (inRow - 1) * gap) / 2;
    const x = left + (index % most) * (width + gap) + width / 2;
    const y = CANVAS.height - MARGIN - row * (height + 4 * gap) - height / 2;
    return { x: rounded(x / CANVAS.width), y: rounded(y / CANVAS.height) };
  };
}

/** Up the left side from the bottom, then the right. */
function columns(count: number, height: number, gap: number): Placing {
  const rows = Math.max(1, Math.floor((CANVAS.height - 2 * MARGIN + gap) / (height + gap)));
  const half = count <= 2 * rows ? rows : Math.ceil(count / 2);
  return (index, width) => {
    const left = index < half;
    const inColumn = left ? Math.min(half, count) : count - half;
    const row = left ? index : index - half;
    const x = left ? MARGIN + width / 2 : CANVAS.width - MARGIN - width / 2;
    const y = CANVAS.height - MARGIN - (inColumn - 1 - row) * (height + gap) - height / 2;
    return { x: rounded(x / CANVAS.width), y: rounded(y / CANVAS.height) };
  };
}

/** Where chips hang when nobody put them apart: above the card, or beside a compact one. */
export function chipsOf(card: Point, tier: Tier): Point {
  const box = CARD[tier];
  const chips = CHIPS[tier];
  if (tier === "compact") {
    const away = (box.width + chips.width) / 2 + 8;
    const x = card.x * CANVAS.width + (card.x > 0.5 ? -away : away);
    return { x: rounded(x / CANVAS.width), y: card.y };
  }
  const away = (box.height + chips.height) / 2 + 8;
  const y = card.y * CANVAS.height + (card.y < 0.25 ? away : -away);
  const x = card.x * CANVAS.width + (chips.width - box.width) / 2 + 4;
  return { x: rounded(x / CANVAS.width), y: rounded(y / CANVAS.height) };
}
