/** Sentences about the table rather than one character's body: turns, roster, layout, people, episodes, rolls. */

import { appeared, combats, numberOf, sides, textOf, touched, vanished } from "./diff";
import type { Combat, Episode, TableEvent } from "./model";
import { amount, name, type NameOf, type Part, quiet, type Sentence, text } from "./parts";

const plain = (icon: string, ...parts: Part[]): Sentence => ({ icon, tone: "plain", parts });

export function others(event: TableEvent, nameOf: NameOf): Sentence {
  switch (event.type) {
    case "combat":
      return combat(event, nameOf);
    case "roster":
      return roster(event, nameOf);
    case "layout":
      return plain("layout", text(`Layout changed: ${Object.keys(after(event, "layout")).join(", ") || "a tier"}`));
    case "campaign":
      return plain("settings", text(event.data["action"] === "created" ? "Campaign made" : "Campaign settings changed"));
    case "episode":
      return episode(event);
    case "roll":
      return roll(event, nameOf);
    case "custom":
      return plain("announce", text(textOf(event, "text") ?? `Announced: ${textOf(event, "name") ?? "custom event"}`));
    default:
      return person(event, nameOf);
  }
}

function after(event: TableEvent, key: string): Record<string, unknown> {
  return (event.data.after?.[key] ?? {}) as Record<string, unknown>;
}

function combat(event: TableEvent, nameOf: NameOf): Sentence {
  const { before, after: now } = combats(event);
  if (!before && now?.round === 0) return plain("swords", text("Combat: the order is being set"));
  if (before && !now) return plain("swords", text(`Combat ends after ${rounds(before.round)}`));
  if (!now || (now.turn === before?.turn && now.round === before?.round))
    return plain("swords", text("Turn order changed"));
  const whose = active(now, nameOf);
  const turn = whose ? [name(whose), text("'s turn")] : [text("A hidden turn")];
  const begins = !before || before.round === 0 ? "Combat begins. " : "";
  return plain("turn", text(`${begins}Round ${now.round}: `), ...turn);
}

function rounds(count: number): string {
  return count === 1 ? "one round" : `${count} rounds`;
}

/** Who is at turn, by name; null where nobody is known to be. */
export function active(combat: Combat, nameOf: NameOf): string | null {
  const entry = combat.entries.find((one) => one.id === combat.turn);
  if (!entry) return null;
  return entry.name ?? (entry.character_id ? nameOf(entry.character_id) : null);
}

function roster(event: TableEvent, nameOf: NameOf): Sentence {
  const before = (event.data.before?.["roster"] ?? []) as string[];
  const now = (event.data.after?.["roster"] ?? []) as string[];
  const came = now.filter((id) => !before.includes(id));
  const went = before.filter((id) => !now.includes(id));
  if (!came.length && !went.length) return plain("roster", text("Order on screen changed"));
  const parts: Part[] = [];
  if (came.length) parts.push(...names(came, nameOf), text(came.length === 1 ? " is on screen" : " are on screen"));
  if (came.length && went.length) parts.push(text("; "));
  if (went.length)
    parts.push(...names(went, nameOf), text(went.length === 1 ? " left the screen" : " left the screen"));
  return plain("roster", ...parts);
}

function names(ids: readonly string[], nameOf: NameOf): Part[] {
  return ids.flatMap((id, index) => [...(index ? [text(", ")] : []), name(nameOf(id))]);
}

function episode(event: TableEvent): Sentence {
  const now = event.data.after?.["episode"] as Episode | null | undefined;
  const old = event.data.before?.["episode"] as Episode | null | undefined;
  if (now && !old) return plain("live", text(`Episode ${now.episode_number} is on air: `), name(now.title));
  if (old && !now) return plain("live", text(`Episode ${old.episode_number} ended: `), name(old.title));
  return plain("live", text("Episodes changed"));
}

function roll(event: TableEvent, nameOf: NameOf): Sentence {
  const who = event.character_id ? [name(nameOf(event.character_id)), text(" rolled ")] : [text("Rolled ")];
  const what = textOf(event, "expression");
  const total = numberOf(event, "total");
  const secret = event.data["gm_only"] === true ? [quiet(" · only for the game master")] : [];
  return plain("dice", ...who, amount(total ?? "?"), quiet(what ? ` (${what})` : ""), ...secret);
}

const FIELDS: Record<string, string> = {
  portrait_url: "portrait",
  background_url: "background",
  player_name: "player",
  hp_display: "shown hit points",
  uses_death_saves: "death saves",
};

function person(event: TableEvent, nameOf: NameOf): Sentence {
  const id = event.character_id ?? touched(event)[0];
  if (!id) return plain("edit", text("Something changed"));
  const who = name(nameOf(id));
  if (appeared(event, id)) return plain("add", who, text(" joined the campaign"));
  if (vanished(event, id)) return plain("remove", who, text(" was deleted"));
  const both = sides(event, id);
  if (event.type === "visibility") return visibility(who, both.after.visible, both.after.hp_display);
  const fields = Object.keys(both.after).filter((key) => key !== "status");
  return plain("edit", who, text(" edited"), quiet(fields.length ? `: ${fields.map(said).join(", ")}` : ""));
}

function said(field: string): string {
  return FIELDS[field] ?? field;
}

function visibility(who: Part, visible?: boolean, display?: string): Sentence {
  if (visible !== undefined) {
    return plain(visible ? "eye" : "eye-off", who, text(visible ? " is revealed" : " is hidden"));
  }
  return plain("eye", who, text(`'s hit points are shown as: ${display ?? "exact"}`));
}
