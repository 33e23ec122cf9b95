/** Words and icons for what the rulesets name. */

export interface ConditionWord {
  key: string;
  label: string;
  means: string;
}

/** The fifteen of the SRD, each with a line for whoever forgot. */
export const CONDITIONS: readonly ConditionWord[] = [
  { key: "blinded", label: "Blinded", means: "Can't see; attacks against it have advantage" },
  { key: "charmed", label: "Charmed", means: "Can't attack the charmer" },
  { key: "deafened", label: "Deafened", means: "Can't hear" },
  { key: "exhaustion", label: "Exhaustion", means: "Six levels; the sixth is death" },
  { key: "frightened", label: "Frightened", means: "Disadvantage while the source is in sight" },
  { key: "grappled", label: "Grappled", means: "Speed 0" },
  { key: "incapacitated", label: "Incapacitated", means: "No actions, no concentration" },
  { key: "invisible", label: "Invisible", means: "Can't be seen" },
  { key: "paralyzed", label: "Paralyzed", means: "Incapacitated; hits from near are critical" },
  { key: "petrified", label: "Petrified", means: "Turned to stone" },
  { key: "poisoned", label: "Poisoned", means: "Disadvantage on attacks and checks" },
  { key: "prone", label: "Prone", means: "Lying down" },
  { key: "restrained", label: "Restrained", means: "Speed 0; easy to hit" },
  { key: "stunned", label: "Stunned", means: "Incapacitated; fails strength and dexterity saves" },
  { key: "unconscious", label: "Unconscious", means: "Incapacitated and prone" },
];

export const STATUSES: readonly ConditionWord[] = [
  { key: "blessed", label: "Blessed", means: "Adds a die to attacks and saves" },
  { key: "hexed", label: "Hexed", means: "Takes more damage from the caster" },
  { key: "inspired", label: "Inspired", means: "Holds an inspiration die" },
  { key: "raging", label: "Raging", means: "Resists and hits harder" },
  { key: "hidden", label: "Hidden", means: "Out of sight" },
  { key: "surprised", label: "Surprised", means: "Caught unaware" },
];

export const MOST_EXHAUSTION = 6;

/** A key for a condition that the table made up: "On fire!" becomes `on-fire`; emoji alone get a number. */
export function keyFor(label: string): string {
  const plain = label.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const key = plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  return key || `custom-${hash(label).toString(36)}`;
}

function hash(text: string): number {
  let sum = 5381;
  for (const char of text) sum = (sum * 33 + char.codePointAt(0)!) >>> 0;
  return sum;
}

export const RULESETS = [
  { key: "5e-2014", label: "5e (2014)" },
  { key: "5e-2024", label: "5e (2024)" },
  { key: "freeform", label: "Freeform: only numbers" },
] as const;

export const DISPLAYS = [
  { key: "exact", label: "Numbers", means: "Viewers see 31 / 45" },
  { key: "bar", label: "Bar", means: "Viewers see how full it is" },
  { key: "label", label: "Word", means: "Viewers see a word, such as bloodied" },
  { key: "hidden", label: "Hidden", means: "Viewers see no hit points" },
] as const;

export const ABILITIES = [
  { key: "str", label: "STR" },
  { key: "dex", label: "DEX" },
  { key: "con", label: "CON" },
  { key: "int", label: "INT" },
  { key: "wis", label: "WIS" },
  { key: "cha", label: "CHA" },
] as const;
