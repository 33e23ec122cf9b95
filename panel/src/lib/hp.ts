/** Hit points in numbers and words. What will happen is only previewed here; the server decides. */

import { type Character, type HitPoints, type Hp, isExact, type Status } from "./model";

export type Verb = "damage" | "heal" | "temp";

/** 0..1 of the bar that is full, or null where it is not known. */
export function fraction(hp: Hp): number | null {
  if (hp === null || "label" in hp) return null;
  if ("fraction" in hp) return hp.fraction;
  return hp.max > 0 ? Math.min(1, hp.current / hp.max) : 0;
}

/** Temporary hit points as a part of the bar's width; at most the whole bar. */
export function tempFraction(hp: Hp): number {
  return isExact(hp) && hp.max > 0 ? Math.min(1, hp.temp / hp.max) : 0;
}

/** The numbers that a verb would lead to by the plain rules, for the ghost on the bar. */
export function preview(hp: HitPoints, verb: Verb, amount: number): HitPoints {
  if (verb === "heal") return { ...hp, current: Math.min(hp.max, hp.current + amount) };
  if (verb === "temp") return { ...hp, temp: Math.max(hp.temp, amount) };
  const absorbed = Math.min(hp.temp, amount);
  return { ...hp, temp: hp.temp - absorbed, current: Math.max(0, hp.current - (amount - absorbed)) };
}

const WORDS: Record<Status, string> = {
  dead: "Dead",
  stable: "Stable",
  dying: "Dying",
  bloodied: "Bloodied",
  healthy: "Healthy",
};

export function statusWord(status: Status | null): string {
  return status === null ? "" : WORDS[status];
}

/** How a screen reader is told a character's hit points. */
export function spoken(character: Character): string {
  const { hp } = character.stats;
  const parts: string[] = [];
  if (isExact(hp)) parts.push(`${hp.current} of ${hp.max} hit points`);
  else if (hp && "fraction" in hp) parts.push(`${Math.round(hp.fraction * 100)} percent`);
  else if (hp) parts.push(hp.label);
  if (isExact(hp) && hp.temp > 0) parts.push(`${hp.temp} temporary`);
  if (character.status && character.status !== "healthy") parts.push(statusWord(character.status).toLowerCase());
  return parts.join(", ");
}
