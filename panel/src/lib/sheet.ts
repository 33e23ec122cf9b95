/** A character's sheet as a form holds it (text), and what of it is sent. */

import type { Character, Display, Kind } from "./model";
import { isExact } from "./model";
import { keyFor } from "./rules";

export interface Counter {
  /** The server's key; empty for one that is new. */
  key: string;
  label: string;
  current: string;
  max: string;
  style: "bar" | "pips" | "number";
  reset: "" | "short" | "long";
}

export interface Sheet {
  kind: Kind;
  name: string;
  player_name: string;
  class: string;
  race: string;
  level: string;
  max: string;
  current: string;
  temp: string;
  ac: string;
  abilities: Record<string, string>;
  color: string;
  hp_display: Display;
  visible: boolean;
  uses_death_saves: boolean;
  notes: string;
  resources: Counter[];
}

export function blank(): Sheet {
  return {
    kind: "pc",
    name: "",
    player_name: "",
    class: "",
    race: "",
    level: "",
    max: "",
    current: "",
    temp: "",
    ac: "",
    abilities: {},
    color: "",
    hp_display: "exact",
    visible: true,
    uses_death_saves: true,
    notes: "",
    resources: [],
  };
}

const shown = (value: number | string | null | undefined): string =>
  value === null || value === undefined ? "" : String(value);

export function sheetOf(character: Character): Sheet {
  const { hp, ac, abilities } = character.stats;
  const numbers = isExact(hp)
    ? { max: shown(hp.base_max), current: shown(hp.current), temp: hp.temp ? shown(hp.temp) : "" }
    : {};
  return {
    ...blank(),
    ...numbers,
    kind: character.kind,
    name: character.name,
    player_name: shown(character.player_name),
    class: shown(character.class),
    race: shown(character.race),
    level: shown(character.level),
    ac: shown(ac),
    abilities: Object.fromEntries(Object.entries(abilities).map(([key, value]) => [key, String(value)])),
    color: shown(character.color),
    hp_display: character.hp_display,
    visible: character.visible,
    uses_death_saves: character.uses_death_saves,
    notes: shown(character.notes),
    resources: Object.entries(character.resources).map(([key, one]) => ({
      key,
      label: one.label,
      current: shown(one.current),
      max: shown(one.max),
      style: one.style,
      reset: one.reset ?? "",
    })),
  };
}

type Json = Record<string, unknown>;

const text = (value: string): string | null => value.trim() || null;
const number = (value: string): number | null => (value.trim() === "" ? null : Number(value));

function counters(sheet: Sheet, kept: Character["resources"]): Json {
  const taken = new Set<string>();
  return Object.fromEntries(
    sheet.resources
      .filter(({ label }) => label.trim())
      .map((one) => {
        const key = free(one.key || keyFor(one.label), taken);
        const rest = { direction: kept[key]?.direction ?? "down", display: kept[key]?.display ?? "exact" };
        const counts = { current: number(one.current) ?? number(one.max) ?? 0, max: number(one.max) };
        return [key, { label: one.label.trim(), ...counts, style: one.style, reset: one.reset || null, ...rest }];
      }),
  );
}

function free(key: string, taken: Set<string>): string {
  let found = key;
  for (let count = 2; taken.has(found); count += 1) found = `${key}-${count}`;
  taken.add(found);
  return found;
}

function abilities(sheet: Sheet): Json {
  const known = Object.entries(sheet.abilities).filter(([, value]) => value.trim() !== "");
  return Object.fromEntries(known.map(([key, value]) => [key, Number(value)]));
}

/** Everything but hit points, which mean something else for a new character than for one in play. */
function written(sheet: Sheet, kept: Character["resources"]): Json {
  return {
    kind: sheet.kind,
    name: sheet.name.trim(),
    player_name: text(sheet.player_name),
    class: text(sheet.class),
    race: text(sheet.race),
    level: number(sheet.level),
    color: text(sheet.color),
    hp_display: sheet.hp_display,
    visible: sheet.visible,
    uses_death_saves: sheet.uses_death_saves,
    notes: sheet.notes,
    resources: counters(sheet, kept),
  };
}

/** The body that makes this character. */
export function creation(sheet: Sheet): Json {
  const current = number(sheet.current);
  const hp = { max: number(sheet.max), ...(current === null ? {} : { current }), temp: number(sheet.temp) ?? 0 };
  return { ...written(sheet, {}), stats: { hp, ac: number(sheet.ac), abilities: abilities(sheet) } };
}

/** Only what differs from where the form started, so that what others change meanwhile stays. */
export function changes(start: Sheet, sheet: Sheet, kept: Character["resources"]): Json {
  const before = written(start, kept);
  const plain = Object.entries(written(sheet, kept)).filter(([key, value]) => !same(value, before[key]));
  const hp = (["max", "current", "temp"] as const)
    .filter((key) => sheet[key] !== start[key])
    .map((key) => [key, number(sheet[key]) ?? 0] as const);
  const stats = {
    ...(hp.length ? { hp: Object.fromEntries(hp) } : {}),
    ...(sheet.ac === start.ac ? {} : { ac: number(sheet.ac) }),
    ...(same(abilities(sheet), abilities(start)) ? {} : { abilities: abilities(sheet) }),
  };
  return { ...Object.fromEntries(plain), ...(Object.keys(stats).length ? { stats } : {}) };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the server would refuse anyway, said while typing; keys as in `byField`. */
export function faults(sheet: Sheet): Record<string, string> {
  const found: Record<string, string> = {};
  if (!sheet.name.trim()) found["name"] = "Write a name";
  const max = Number(sheet.max);
  if (!Number.isInteger(max) || max < 1 || max > 9999) found["stats.hp.max"] = "A whole number from 1 to 9,999";
  if (number(sheet.current) !== null && Number(sheet.current) > max)
    found["stats.hp.current"] = "Not above the maximum";
  return found;
}
