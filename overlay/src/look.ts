import type { Character, Condition, StatusWord, Tier, ViewHitPoints } from "@tablecast/client";

/** Hit points as far as the audience knows them. `fraction` is 0 only at 0 and never less than a visible sliver. */
export type HpLook =
  | { mode: "exact"; fraction: number; current: number; max: number; temp: number; tempFraction: number }
  | { mode: "bar"; fraction: number }
  | { mode: "label"; label: string }
  | { mode: "hidden" };

const SLIVER = 0.02;

const share = (part: number, whole: number): number => {
  if (part <= 0) return 0;
  return whole <= 0 ? 1 : Math.min(1, Math.max(SLIVER, part / whole));
};

export function hpLook(hp: ViewHitPoints): HpLook {
  if (hp === null) return { mode: "hidden" };
  if ("label" in hp) return { mode: "label", label: hp.label };
  if ("fraction" in hp) return { mode: "bar", fraction: share(hp.fraction, 1) };
  const { current, max, temp } = hp;
  return { mode: "exact", current, max, temp, fraction: share(current, max), tempFraction: share(temp, max) };
}

const WORDS: Record<StatusWord, string | null> = {
  healthy: null,
  bloodied: "Bloodied",
  dying: "Dying",
  stable: "Stable",
  dead: "Dead",
};

/** The status as a word, so that it is told by more than colour. Null where there is nothing to tell. */
export function statusWord(status: StatusWord | null): string | null {
  return status === null ? null : WORDS[status];
}

export interface Chip {
  key: string;
  label: string;
  kind: Condition["kind"];
  value: number | null;
  rounds: number | null;
}

export interface Chips {
  shown: Chip[];
  more: number;
}

/** Whether a name needs the smaller letters. Counts what a reader sees, not code units. */
export function isLong(name: string): boolean {
  return [...name].length > LONG_NAME;
}
const LONG_NAME = 17;

/** How many chips a card shows before it counts the rest. */
export const CHIPS: Record<Tier, number> = { large: 5, medium: 4, compact: 4 };

export function chips(conditions: readonly Condition[], tier: Tier): Chips {
  const limit = CHIPS[tier];
  // "+1" would take the place of the chip that it hides
  const count = conditions.length > limit ? limit - 1 : limit;
  const shown = conditions.slice(0, count).map(({ key, label, kind, value, duration }) => ({
    key,
    label,
    kind,
    value,
    rounds: duration?.rounds ?? null,
  }));
  return { shown, more: conditions.length - shown.length };
}

/** The line under the name: class and level, else the kind of creature. */
export function subtitle({ class: calling, level, race, kind }: Character): string {
  const rank = [calling, level].filter((part) => part !== null && part !== "").join(" ");
  if (rank !== "" && calling !== null) return rank;
  return race ?? (kind === "pc" ? "" : kind === "npc" ? "Companion" : "Monster");
}

export const isDown = (status: StatusWord | null): boolean =>
  status === "dying" || status === "stable" || status === "dead";
