import type { Character, EventType, TableEvent, View } from "@tablecast/client";

/** What a viewer should notice, drawn from the difference of two views: never more than the audience may know. */
export type CueKind =
  | "damage"
  | "heal"
  | "temp"
  | "down"
  | "dead"
  | "revive"
  | "stable"
  | "success"
  | "failure"
  | "condition"
  | "concentration"
  | "turn";

export interface Cue {
  character: string;
  kind: CueKind;
  /** Null where the number is not the audience's to know. */
  amount: number | null;
  critical: boolean;
  /** Of a condition. */
  key: string | null;
  /** Where the bar stood before, 0 to 1. */
  from: number | null;
}

const ANIMATED: ReadonlySet<EventType> = new Set(["hp_change", "condition", "death_save", "concentration", "combat"]);

/** Corrections (`silent`, undo) and edits of a sheet change the picture, but nothing happened to anybody. */
export function cues(event: TableEvent, before: View, after: View): Cue[] {
  if (event.silent || event.undo_of != null || !ANIMATED.has(event.type)) return [];
  const ids = new Set(Object.keys((event.data.after?.characters as object | undefined) ?? {}));
  if (event.character_id && isBlow(event)) ids.add(event.character_id);
  const own = [...ids].flatMap((id) => {
    const [was, is] = [before.characters[id], after.characters[id]];
    return was && is ? characterCues(event, was, is) : [];
  });
  return [...own, ...turnCues(before, after)];
}

const isBlow = ({ data }: TableEvent): boolean => data.kind === "damage" || data.kind === "heal";

function characterCues(event: TableEvent, was: Character, is: Character): Cue[] {
  return [...hitPointCues(event, was, is), ...statusCues(was, is), ...saveCues(was, is), ...conditionCues(was, is)];
}

function cue(character: Character, kind: CueKind, more: Partial<Cue> = {}): Cue {
  return { character: character.id, kind, amount: null, critical: false, key: null, from: null, ...more };
}

interface Bar {
  current: number;
  temp: number;
  whole: number;
  exact: boolean;
}

function bar(character: Character): Bar | null {
  const { hp } = character.stats;
  if (hp === null || "label" in hp) return null;
  if ("fraction" in hp) return { current: hp.fraction, temp: 0, whole: 1, exact: false };
  return { current: hp.current, temp: hp.temp, whole: Math.max(1, hp.max), exact: true };
}

function hitPointCues(event: TableEvent, was: Character, is: Character): Cue[] {
  const [old, now] = [bar(was), bar(is)];
  const mine = event.character_id === is.id;
  const kind = mine ? event.data.kind : null;
  const critical = mine && event.data.critical === true;
  const from = old ? old.current / old.whole : null;
  const comparable = old !== null && now !== null && old.exact === now.exact;
  const lost = comparable ? old.current - now.current : 0;
  const soaked = comparable ? old.temp - now.temp : 0;
  if (lost > 0 || kind === "damage") {
    const told = mine && typeof event.data.amount === "number" && kind === "damage" ? event.data.amount : null;
    const amount = now?.exact && comparable ? (told ?? lost + Math.max(0, soaked)) : null;
    return [cue(is, "damage", { amount, critical, from })];
  }
  if (lost < 0 || kind === "heal") return [cue(is, "heal", { amount: now?.exact ? -lost || null : null, from })];
  return soaked < 0 ? [cue(is, "temp", { amount: now?.temp ?? null })] : [];
}

function statusCues(was: Character, is: Character): Cue[] {
  if (was.status === is.status || is.status === null || was.status === null) return [];
  const fallen = was.status === "dying" || was.status === "stable" || was.status === "dead";
  if (is.status === "dead") return [cue(is, "dead")];
  if (is.status === "dying") return fallen ? [] : [cue(is, "down")];
  if (is.status === "stable") return [cue(is, "stable")];
  return fallen ? [cue(is, "revive")] : [];
}

function saveCues(was: Character, is: Character): Cue[] {
  const [old, now] = [was.death_saves, is.death_saves];
  if (now.failures > old.failures) return [cue(is, "failure", { amount: now.failures - old.failures })];
  return now.successes > old.successes ? [cue(is, "success", { amount: now.successes - old.successes })] : [];
}

function conditionCues(was: Character, is: Character): Cue[] {
  const known = new Set(was.conditions.map(({ key, value }) => `${key} ${value ?? ""}`));
  const fresh = is.conditions.filter(({ key, value }) => !known.has(`${key} ${value ?? ""}`));
  const focus = is.concentration !== null && is.concentration !== was.concentration;
  return [...fresh.map(({ key }) => cue(is, "condition", { key })), ...(focus ? [cue(is, "concentration")] : [])];
}

/** Whose turn it is; null where nobody's, or where it is not the audience's to know. */
export function onTurn({ combat }: View): string | null {
  if (!combat || combat.turn === null) return null;
  return combat.entries.find(({ id }) => id === combat.turn)?.character_id ?? null;
}

function turnCues(before: View, after: View): Cue[] {
  const id = onTurn(after);
  const character = id === null ? undefined : after.characters[id];
  return character && id !== onTurn(before) ? [cue(character, "turn")] : [];
}
