/** The log in plain sentences: who, what, how much, why. Built of parts, so that names keep their own direction. */

import { type HpChange, hpChange, numberOf, type Sides, sides, textOf, touched } from "./diff";
import { statusWord } from "./hp";
import type { Condition, TableEvent } from "./model";
import { amount, name, type NameOf, type Part, quiet, type Sentence, text } from "./parts";
import { CONDITIONS } from "./rules";
import { others } from "./sentences-table";

export function sentence(event: TableEvent, nameOf: NameOf): Sentence {
  const said = told(event, nameOf);
  const why = event.cause ? [quiet(` · ${event.cause}`)] : [];
  return { ...said, parts: [...said.parts, ...why] };
}

function told(event: TableEvent, nameOf: NameOf): Sentence {
  const ids = touched(event);
  const id = event.character_id ?? (ids.length === 1 ? ids[0]! : null);
  if (id === null) return ids.length > 1 ? many(event, ids, nameOf) : others(event, nameOf);
  const who = nameOf(id);
  const both = sides(event, id);
  switch (event.type) {
    case "hp_change":
      return hitPoints(event, who, both);
    case "condition":
      return conditions(who, both);
    case "death_save":
      return deathSave(event, who, both);
    case "concentration":
      return concentration(who, both);
    case "resource":
      return resources(who, both);
    default:
      return others(event, nameOf);
  }
}

/** Several characters changed by one event: a rest, or an area. */
function many(event: TableEvent, ids: readonly string[], nameOf: NameOf): Sentence {
  const kind = textOf(event, "kind") ?? textOf(event, "rest");
  const label = kind === "long" || kind === "short" ? `${kind === "long" ? "Long" : "Short"} rest: ` : "Changed: ";
  const names = ids.flatMap((id, index) => [...(index ? [text(", ")] : []), name(nameOf(id))]);
  return { icon: kind ? "rest" : "edit", tone: kind ? "good" : "plain", parts: [text(label), ...names] };
}

function hitPoints(event: TableEvent, who: string, both: Sides): Sentence {
  const change = hpChange(both);
  if (!change) return unknownHp(event, who, both);
  const { before, after } = change;
  const lost = before.current + before.temp - after.current - after.temp;
  if (textOf(event, "kind") === "set") return corrected(who, change);
  if (lost > 0 || textOf(event, "kind") === "damage") return hurt(event, who, change, both);
  if (after.current > before.current) return healed(event, who, change, both);
  if (after.temp !== before.temp) {
    const parts = [name(who), text(" has "), amount(after.temp), text(" temporary hit points")];
    return { icon: "temp", tone: "temp", parts };
  }
  return unknownHp(event, who, both);
}

function hurt(event: TableEvent, who: string, { before, after }: HpChange, both: Sides): Sentence {
  const dealt = numberOf(event, "amount") ?? before.current + before.temp - after.current - after.temp;
  const kind = textOf(event, "damage_type") ?? textOf(event, "type");
  const words = `${event.data["critical"] === true ? " critical" : ""}${kind ? ` ${kind}` : ""} damage`;
  const parts = [name(who), text(" took "), amount(dealt), text(words), arrow(before.current, after.current)];
  const absorbed = numberOf(event, "absorbed");
  if (absorbed) parts.push(quiet(`, ${absorbed} absorbed`));
  return { icon: "damage", tone: "hurt", parts: [...parts, ...fate(both)] };
}

function healed(event: TableEvent, who: string, { before, after }: HpChange, both: Sides): Sentence {
  const gained = numberOf(event, "amount") ?? after.current - before.current;
  const parts = [name(who), text(" regained "), amount(gained), arrow(before.current, after.current)];
  return { icon: "heal", tone: "heal", parts: [...parts, ...fate(both)] };
}

function corrected(who: string, { before, after }: HpChange): Sentence {
  const parts: Part[] = [name(who), text(" set to "), amount(`${after.current}/${after.max}`)];
  if (after.temp) parts.push(text(`, ${after.temp} temporary`));
  parts.push(quiet(` (was ${before.current}/${before.max}${before.temp ? `, ${before.temp} temporary` : ""})`));
  return { icon: "edit", tone: "plain", parts };
}

function unknownHp(event: TableEvent, who: string, both: Sides): Sentence {
  const kind = textOf(event, "kind");
  const verb = kind === "damage" ? " took damage" : kind === "heal" ? " was healed" : "'s hit points changed";
  return { icon: "edit", tone: "plain", parts: [name(who), text(verb), ...fate(both)] };
}

function arrow(from: number, to: number): Part {
  return quiet(` ${from}\u00a0→\u00a0${to}`);
}

/** What became of them, where the change turned it. */
function fate({ before, after }: Sides): Part[] {
  if (!after.status || after.status === before.status) return failures(before, after);
  if (after.status === "dead") return [text(" and died")];
  if (after.status === "dying") return [text(" and is dying")];
  if (after.status === "stable") return [text(" and is stable")];
  if (before.status === "dying" || before.status === "stable") return [text(" and is up again")];
  return after.status === "bloodied" ? [text(", bloodied")] : [];
}

function failures(before: Sides["before"], after: Sides["after"]): Part[] {
  const more = (after.death_saves?.failures ?? 0) - (before.death_saves?.failures ?? 0);
  return more > 0 ? [text(`, ${more} death save ${more === 1 ? "failure" : "failures"}`)] : [];
}

function conditions(who: string, both: Sides): Sentence {
  const before = both.before.conditions ?? [];
  const after = both.after.conditions ?? [];
  const came = after.filter((one) => !before.some((old) => old.key === one.key));
  const went = before.filter((one) => !after.some((now) => now.key === one.key));
  const changed = after.filter((one) => before.some((old) => old.key === one.key && old.value !== one.value));
  const said = [
    ...(came.length ? [became(came, "is now", "gains")] : []),
    ...(went.length ? [became(went, "is no longer", "loses")] : []),
    ...(changed.length ? [`: ${listed(changed)}`] : []),
  ];
  const parts = [name(who), text(said.length ? said.join(" and") : "'s conditions changed")];
  const tone = went.length && !came.length ? "good" : came.length ? "bad" : "plain";
  return { icon: "condition", tone, parts: [...parts, ...fate(both)] };
}

/** Most of the rules' conditions are adjectives; exhaustion and the table's own are things one has. */
function became(conditions: readonly Condition[], is: string, has: string): string {
  const adjectives = conditions.every(({ key, value }) => ADJECTIVES.has(key) && value === null);
  return ` ${adjectives ? `${is} ${listed(conditions).toLowerCase()}` : `${has} ${listed(conditions)}`}`;
}

const ADJECTIVES = new Set(CONDITIONS.map(({ key }) => key).filter((key) => key !== "exhaustion"));

function listed(conditions: readonly Condition[]): string {
  return conditions.map(({ label, value }) => (value === null ? label : `${label} ${value}`)).join(", ");
}

function deathSave(event: TableEvent, who: string, { before, after }: Sides): Sentence {
  const roll = numberOf(event, "roll");
  const saves = after.death_saves;
  const good = (saves?.successes ?? 0) > (before.death_saves?.successes ?? 0) || after.status === "stable";
  const up = after.status !== undefined && after.status !== "dying" && after.status !== "dead";
  const parts: Part[] = [name(who), text("'s death save")];
  if (roll !== null) parts.push(text(": "), amount(roll));
  parts.push(text(good || up ? ", success" : ", failure"));
  if (saves && after.status === undefined) parts.push(quiet(` ${saves.successes} / ${saves.failures}`));
  if (after.status) parts.push(text(`; now ${statusWord(after.status).toLowerCase()}`));
  return { icon: "skull", tone: good || up ? "good" : "bad", parts };
}

function concentration(who: string, { before, after }: Sides): Sentence {
  const parts = after.concentration
    ? [name(who), text(" concentrates on "), text(after.concentration)]
    : [name(who), text(" lost concentration"), text(before.concentration ? ` on ${before.concentration}` : "")];
  return { icon: "focus", tone: after.concentration ? "plain" : "bad", parts };
}

function resources(who: string, { before, after }: Sides): Sentence {
  const parts: Part[] = [name(who)];
  for (const [key, now] of Object.entries(after.resources ?? {})) {
    const old = before.resources?.[key];
    parts.push(text(`${parts.length > 1 ? "," : ":"} ${now?.label ?? old?.label ?? key} `));
    if (now) parts.push(quiet(`${old ? `${old.current} → ` : ""}`), amount(now.current));
  }
  return { icon: "resource", tone: "plain", parts };
}
