/** Reading the two sides of an event's change. */

import { type Character, type Combat, type HitPoints, isExact, type Hp, type TableEvent } from "./model";

export type Part = Partial<Omit<Character, "stats">> & { stats?: Partial<Character["stats"]> };

export interface Sides {
  before: Part;
  after: Part;
}

type Side = "before" | "after";

function characters(event: TableEvent, side: Side): Record<string, Part | null> {
  return (event.data[side]?.["characters"] ?? {}) as Record<string, Part | null>;
}

/** Ids of everybody whom the change touches. */
export function touched(event: TableEvent): string[] {
  const ids = [...Object.keys(characters(event, "before")), ...Object.keys(characters(event, "after"))];
  return [...new Set(ids)];
}

/** A character before and after; an empty part where the side has none. */
export function sides(event: TableEvent, id: string): Sides {
  return { before: characters(event, "before")[id] ?? {}, after: characters(event, "after")[id] ?? {} };
}

export function appeared(event: TableEvent, id: string): boolean {
  return !characters(event, "before")[id] && Boolean(characters(event, "after")[id]?.name);
}

export function vanished(event: TableEvent, id: string): boolean {
  return Boolean(characters(event, "before")[id]?.name) && !characters(event, "after")[id];
}

export interface HpChange {
  before: HitPoints;
  after: HitPoints;
}

/** The exact hit points on both sides, where both are known. */
export function hpChange({ before, after }: Sides): HpChange | null {
  const old: Hp | undefined = before.stats?.hp;
  const now: Hp | undefined = after.stats?.hp;
  if (!old || !now || !isExact(old) || !isExact(now)) return null;
  return { before: old, after: now };
}

export function combats(event: TableEvent): { before: Combat | null; after: Combat | null } {
  const at = (side: Side): Combat | null => (event.data[side]?.["combat"] as Combat | null | undefined) ?? null;
  return { before: at("before"), after: at("after") };
}

export function numberOf(event: TableEvent, key: string): number | null {
  const value = event.data[key];
  return typeof value === "number" ? value : null;
}

export function textOf(event: TableEvent, key: string): string | null {
  const value = event.data[key];
  return typeof value === "string" && value !== "" ? value : null;
}
