/** Who else is connected, as the server tells the control panels. */

import type { Presence } from "@tablecast/client";

export type Present = Presence["clients"][number];

/** How the layout page's own overlay calls itself: nobody watches it. */
export const PREVIEW = "Preview";

export interface Overlays {
  tone: "quiet" | "live" | "stale";
  short: string;
  long: string;
}

/** The overlays in a word and in a sentence; null while the server has not said. */
export function overlaysSaid(present: readonly Present[] | null): Overlays | null {
  if (present === null) return null;
  const overlays = present.filter(({ kind, name }) => kind === "overlay" && name !== PREVIEW);
  if (!overlays.length) return { tone: "quiet", short: "No overlay", long: "No overlay is connected." };
  const late = overlays.filter(({ state }) => state !== "live").length;
  if (late) return { tone: "stale", short: "Overlay late", long: `${count(late)} may show old numbers.` };
  const live = overlays.filter(({ on_air }) => on_air === true).length;
  const connected = `${count(overlays.length)} connected`;
  if (live) return { tone: "live", short: "On air", long: `${connected}, ${live} on air.` };
  return { tone: "quiet", short: count(overlays.length), long: `${connected}, none known to be on air.` };
}

/** One connected page in words, for the list. */
export function presentSaid({ state, on_air, kind, ...wait }: Present): string {
  if (state === "stale") return "no sign of life for ten seconds: it may show old numbers";
  if (state === "slow") return slowSaid(wait);
  if (kind !== "overlay") return "connected";
  if (on_air === null) return "connected";
  return on_air ? "on air" : "connected, not on air";
}

/** Why it is slow: a network that takes little, or one that takes nothing any more. */
function slowSaid({ waiting_bytes, still_s }: Pick<Present, "waiting_bytes" | "still_s">): string {
  const waiting = `slow: ${Math.ceil(waiting_bytes / 1024)} KiB wait for it`;
  return still_s ? `${waiting}, and it has taken nothing for ${still_s} s` : `${waiting}; it is catching up`;
}

function count(overlays: number): string {
  return overlays === 1 ? "1 overlay" : `${overlays} overlays`;
}
