/** What controls ask of the table, in one place: the control's name, the words, the command. */

import type { Request } from "../state/desk.svelte";
import type { Step } from "./history";
import type { Verb } from "./hp";
import type { Character, Display } from "./model";

type Who = Pick<Character, "id" | "name">;

/** Damage, healing or temporary hit points for one or for many; many are one batch, all or nothing. */
export function strike(who: readonly Who[], verb: Verb, amount: number, how: How = {}): Request {
  const [only] = who;
  const blow = (id: string): Blow => blowOf(id, verb, amount, how);
  if (who.length === 1 && only) {
    const what = `${words(verb, amount)} ${to(verb)} ${only.name}`;
    return { control: `hp:${only.id}`, what, ...blow(only.id) };
  }
  const commands = who.map(({ id }) => ({ ...blow(id) }));
  return {
    control: "area",
    what: `${words(verb, amount)} ${to(verb)} ${who.length}`,
    name: "batch",
    data: { commands },
  };
}

interface How {
  critical?: boolean;
  /** Why, for the log. */
  why?: string;
}

type Blow =
  | { name: "damage"; data: { character_id: string; amount: number; critical?: boolean; cause?: string } }
  | { name: "heal"; data: { character_id: string; amount: number; cause?: string } }
  | { name: "temp_hp"; data: { character_id: string; amount: number; mode: "higher"; cause?: string } };

function blowOf(id: string, verb: Verb, amount: number, { critical, why }: How): Blow {
  const data = { character_id: id, amount, ...(why?.trim() ? { cause: why.trim() } : {}) };
  if (verb === "temp") return { name: "temp_hp", data: { ...data, mode: "higher" } };
  if (verb === "heal") return { name: "heal", data };
  return { name: "damage", data: { ...data, ...(critical ? { critical: true } : {}) } };
}

function words(verb: Verb, amount: number): string {
  return { damage: `${amount} damage`, heal: `${amount} healing`, temp: `${amount} temporary` }[verb];
}

function to(verb: Verb): string {
  return verb === "heal" ? "for" : "to";
}

export function reveal(who: Who, visible: boolean): Request {
  const what = `${visible ? "Reveal" : "Hide"} ${who.name}`;
  return { control: `reveal:${who.id}`, what, name: "reveal", data: { character_id: who.id, visible } };
}

export function showAs(who: Who, hp_display: Display): Request {
  const what = `Show ${who.name}'s hit points as ${hp_display}`;
  return { control: `reveal:${who.id}`, what, name: "reveal", data: { character_id: who.id, hp_display } };
}

export function roster(ids: readonly string[], what = "Order on screen"): Request {
  return { control: "roster", what, name: "set_roster", data: { character_ids: [...ids] } };
}

export function rest(who: readonly Who[], kind: "short" | "long"): Request {
  const [only] = who;
  const whom = who.length === 1 && only ? only.name : `${who.length} characters`;
  const control = who.length === 1 && only ? `hp:${only.id}` : "area";
  const what = `${kind === "long" ? "Long" : "Short"} rest for ${whom}`;
  return { control, what, name: "rest", data: { character_ids: who.map(({ id }) => id), kind } };
}

/** Turn a step over: undo it where it stands, bring it back where it was undone. */
export function undo({ seq, turn, undone }: Pick<Step, "seq" | "turn" | "undone">): Request {
  return { control: `undo:${seq}`, what: undone ? "Redo" : "Undo", name: "undo", data: { seq: turn } };
}

export function turn(name: "start_combat" | "next_turn" | "previous_turn" | "end_combat"): Request {
  const what = {
    start_combat: "Start combat",
    next_turn: "Next turn",
    previous_turn: "Previous turn",
    end_combat: "End combat",
  };
  return { control: "combat", what: what[name], name, data: {} };
}

export function concentrate(who: Who, on: string | null): Request {
  const what = on ? `${who.name} concentrates on ${on}` : `${who.name} loses concentration`;
  return { control: `focus:${who.id}`, what, name: "concentrate", data: { character_id: who.id, on } };
}

export function adjust(who: Who, key: string, delta: number, label: string): Request {
  const what = `${delta > 0 ? "+" : "−"}${Math.abs(delta)} ${label}`;
  return {
    control: `resource:${who.id}:${key}`,
    what,
    name: "adjust_resource",
    data: { character_id: who.id, key, delta },
  };
}

export function deathSave(who: Who, data: { roll: number } | { result: "success" | "failure" }): Request {
  const what = `Death save of ${who.name}`;
  return { control: `saves:${who.id}`, what, name: "death_save", data: { character_id: who.id, ...data } };
}

export function stabilize(who: Who): Request {
  return {
    control: `saves:${who.id}`,
    what: `Stabilize ${who.name}`,
    name: "stabilize",
    data: { character_id: who.id },
  };
}

export function removeCondition(who: Who, key: string, label: string): Request {
  const what = `Remove ${label} from ${who.name}`;
  return { control: `conditions:${who.id}`, what, name: "remove_condition", data: { character_id: who.id, key } };
}

export interface NewCondition {
  key: string;
  label?: string;
  value?: number;
  note?: string;
  duration?: { rounds: number; tick: "start" | "end" };
  hidden?: boolean;
}

export function addCondition(who: Who, condition: NewCondition, label: string): Request {
  const what = `${label} on ${who.name}`;
  return {
    control: `conditions:${who.id}`,
    what,
    name: "add_condition",
    data: { character_id: who.id, ...condition },
  };
}
