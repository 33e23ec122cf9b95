/** The table as this page holds it: the kit's types, with the names this page uses. */

import type { HitPoints, ViewHitPoints } from "@tablecast/client";

export type {
  Campaign,
  Character,
  Combat,
  Combatant,
  Condition,
  Display,
  Episode,
  HitPoints,
  Kind,
  Layout,
  Place,
  Problem,
  Resource,
  StatusWord as Status,
  TableEvent,
  Tier,
  View,
  ViewHitPoints as Hp,
} from "@tablecast/client";

export const TIERS = ["large", "medium", "compact"] as const;

/** Whether the numbers themselves are known, not only a bar or a word. */
export function isExact(hp: ViewHitPoints): hp is HitPoints {
  return hp !== null && "current" in hp;
}
