import type { Layout, Place, Tier } from "@tablecast/client";

/** Sizes in pixels on a 1920 × 1080 source; style/stage.css has the same numbers, and a test compares them. */
export const CARD: Record<Tier, { width: number; height: number }> = {
  large: { width: 352, height: 124 },
  medium: { width: 284, height: 88 },
  compact: { width: 236, height: 56 },
};
export const MARGIN = 32;
export const GAP: Record<Tier, number> = { large: 16, medium: 16, compact: 10 };

/** Smaller sources shrink no further: text must stay legible. */
const SMALLEST = 0.75;

/** How large a pixel of the design is on a source of this size. */
export function fit(width: number, height: number): number {
  return Math.max(SMALLEST, Math.min(width / 1920, height / 1080));
}

/** Cards in one line along the bottom; a tier that was asked for may need more lines. */
export function room(tier: Tier, width: number, scale: number): number {
  const card = CARD[tier].width + GAP[tier];
  return Math.floor((width / scale - 2 * MARGIN + GAP[tier]) / card);
}

/** The largest tier whose cards stand in one line; what doesn't fit even so goes to the sides as compact. */
export function automaticTier(count: number, width: number, height: number): Tier {
  const scale = fit(width, height);
  return (["large", "medium"] as const).find((tier) => count <= room(tier, width, scale)) ?? "compact";
}

export type Side = "bottom" | "left" | "right";

export interface Arrangement {
  /** Where a tier's default puts them, in the order of the roster. */
  sides: { side: Side; ids: string[] }[];
  /** Where somebody put them. */
  placed: { id: string; place: Place }[];
}

/** Large and medium cards stand along the bottom; compact ones go up the left side, and what is too many the right. */
export function arrange(
  roster: readonly string[],
  layout: Layout | undefined,
  tier: Tier,
  height: number,
  scale: number,
): Arrangement {
  const badges = layout?.badges ?? {};
  const flowing = roster.filter((id) => !Object.hasOwn(badges, id));
  const placed = roster.flatMap((id) => (Object.hasOwn(badges, id) ? [{ id, place: badges[id]! }] : []));
  if (tier !== "compact") return { sides: flowing.length > 0 ? [{ side: "bottom", ids: flowing }] : [], placed };
  const rows = Math.max(1, Math.floor((height / scale - 2 * MARGIN + GAP[tier]) / (CARD[tier].height + GAP[tier])));
  const half = flowing.length <= 2 * rows ? rows : Math.ceil(flowing.length / 2);
  const sides: Arrangement["sides"] = [
    { side: "left", ids: flowing.slice(0, half) },
    { side: "right", ids: flowing.slice(half) },
  ];
  return { sides: sides.filter(({ ids }) => ids.length > 0), placed };
}

export type ChipSide = "above" | "below" | "left" | "right" | "apart";

/** Where conditions hang: on the side of a card that has room. */
export function chipSide(tier: Tier, side: Side, place: Place | null): ChipSide {
  if (tier !== "compact") return place !== null && place.y < 0.25 ? "below" : "above";
  return (place ? place.x > 0.5 : side === "right") ? "left" : "right";
}
