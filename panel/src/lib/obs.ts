/** The overlay's link as OBS takes it: dragged into OBS, `layer-*` become the source's name and size. */

import type { Tier } from "./model";

export interface LinkOptions {
  origin: string;
  slug: string;
  tier: Tier | "auto";
  token: string | null;
  name: string;
  width: number;
  height: number;
}

export const SIZES: readonly { width: number; height: number; label: string }[] = [
  { width: 1920, height: 1080, label: "1920 × 1080" },
  { width: 2560, height: 1440, label: "2560 × 1440" },
  { width: 1280, height: 720, label: "1280 × 720" },
];

/** What goes into a browser source's URL field. */
export function overlayLink({ origin, slug, tier, token }: LinkOptions): string {
  const query = tier === "auto" ? "" : `?tier=${tier}`;
  const hash = token ? `#token=${encodeURIComponent(token)}` : "";
  return `${origin}/overlay/${encodeURIComponent(slug)}${query}${hash}`;
}

/** What is dragged: the same link with the new source's name and size. */
export function dragLink(options: LinkOptions): string {
  const url = new URL(overlayLink(options));
  url.searchParams.set("layer-name", options.name);
  url.searchParams.set("layer-width", String(options.width));
  url.searchParams.set("layer-height", String(options.height));
  return url.href;
}
