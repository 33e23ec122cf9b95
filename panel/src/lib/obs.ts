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

/**
 * A page to keep on the streaming PC and to choose as OBS's "local file": it waits until the server answers, then
 * opens the overlay. OBS itself never retries a page that failed to load.
 */
export function loaderPage(link: string): string {
  const target = JSON.stringify(link).replace(/</g, "\\u003c");
  return `<!doctype html>
<meta charset="utf-8">
<title>Tablecast overlay</title>
<style>html, body { background: transparent; margin: 0 }</style>
<script>
  const overlay = ${target};
  const alive = new URL("/healthz", overlay).href;
  async function look() {
    try {
      await fetch(alive, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(3000) });
      location.replace(overlay);
    } catch {
      setTimeout(look, 1000 + Math.random() * 1000);
    }
  }
  look();
</script>
`;
}
