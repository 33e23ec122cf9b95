import type { Status } from "@tablecast/client";

/** Refusals of the moment, not of this page: too many sockets, too many frames, too slow a start. */
const MOMENTARY: ReadonlySet<number> = new Set([4408, 4409, 4429]);
/** The link itself does not count any more: its token ended, may not watch, or the campaign is gone. */
const FINAL: ReadonlySet<number> = new Set([4401, 4403, 4404]);
const LEAST_MS = 30_000;
const MOST_MS = 90_000;

/** When a screen that nobody watches asks again although it was told not to come back; null for never. */
export function secondChance({ phase, code }: Status, random: () => number): number | null {
  if (phase !== "stopped" || code === null || !MOMENTARY.has(code)) return null;
  return LEAST_MS + random() * (MOST_MS - LEAST_MS);
}

/** Whether nothing may be shown any more. A server that is merely away leaves the last true picture on screen. */
export function isOver({ phase, code }: Status): boolean {
  return phase === "stopped" && code !== null && FINAL.has(code);
}
