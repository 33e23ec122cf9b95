import type { Character, Condition, View } from "@tablecast/client";

/** Five people in all states, for looking at the overlay without a server. Not part of what is built. */

function condition(key: string, label: string, more: Partial<Condition> = {}): Condition {
  return {
    key,
    label,
    kind: "condition",
    value: null,
    source: null,
    note: null,
    duration: null,
    hidden: false,
    concentration_by: null,
    ...more,
  };
}

function person(
  id: string,
  name: string,
  calling: string,
  level: number,
  hp: [number, number, number],
  more: Partial<Character> = {},
): Character {
  const [current, max, temp] = hp;
  return {
    id,
    kind: "pc",
    name,
    player_name: null,
    class: calling,
    race: null,
    level,
    stats: { hp: { current, max, temp, base_max: max }, ac: 15, abilities: {} },
    conditions: [],
    death_saves: { successes: 0, failures: 0, stable: false },
    uses_death_saves: true,
    concentration: null,
    resources: {},
    status: current * 2 <= max ? "bloodied" : "healthy",
    portrait_url: null,
    background_url: null,
    color: null,
    visible: true,
    hp_display: "exact",
    ...more,
  };
}

const rounds = (of: string, count: number): Condition["duration"] => ({ rounds: count, tick: "end", of });

const PARTY: Character[] = [
  person("a", "Sabeline Orrick", "Ranger", 7, [58, 61, 0], { concentration: "Hunter's Mark" }),
  person("b", "Tobin Ashgrove", "Barbarian", 7, [31, 84, 9], {
    conditions: [
      condition("raging", "Raging", { kind: "status" }),
      condition("poisoned", "Poisoned", { duration: rounds("b", 3) }),
      condition("grappled", "Grappled"),
    ],
  }),
  person("c", "Ysolde of the Nine Lanterns", "Cleric", 7, [0, 52, 0], {
    status: "dying",
    death_saves: { successes: 1, failures: 2, stable: false },
    conditions: [condition("unconscious", "Unconscious"), condition("prone", "Prone")],
  }),
  person("d", "نورا ✨ Vale", "Warlock", 7, [0, 45, 0], { status: "dead", color: "#8a5cd6" }),
  person("e", "The Hollow Stag", "", 0, [1, 1, 0], {
    kind: "monster",
    class: null,
    level: null,
    status: "bloodied",
    hp_display: "bar",
    stats: { hp: { fraction: 0.45 }, ac: null, abilities: {} },
    conditions: [
      condition("exhaustion", "Exhaustion", { value: 3 }),
      condition("restrained", "Restrained"),
      condition("frightened", "Frightened"),
      condition("stunned", "Stunned"),
      condition("blinded", "Blinded"),
      condition("vexed", "Vexed by song", { kind: "custom" }),
    ],
  }),
];

const OTHERS: Character[] = [
  person("f", "Bram", "Fighter", 7, [0, 60, 0], { status: "stable" }),
  person("g", "Marigold Underbough", "Bard", 6, [44, 44, 0], { color: "#c04a6b" }),
  person("h", "Ash", "Wizard", 6, [12, 33, 0], {
    hp_display: "label",
    stats: { hp: { label: "Bloodied" }, ac: null, abilities: {} },
  }),
  person("i", "Someone", "Rogue", 6, [12, 33, 0], {
    hp_display: "hidden",
    status: null,
    stats: { hp: null, ac: null, abilities: {} },
  }),
  person("j", "Oren", "Druid", 6, [112, 113, 12]),
];

export function demoView(count: number): View {
  const all = [
    ...PARTY,
    ...OTHERS,
    ...Array.from({ length: 30 }, (_, i) => person(`x${i}`, `Extra ${i}`, "Paladin", 3, [20 + i, 50, 0])),
  ];
  const cast = all.slice(0, count);
  const tier = { badges: {}, chips: {} };
  return {
    campaign: { id: "demo", slug: "demo", name: "Demo", description: null, ruleset: "5e-2014", public: true },
    characters: Object.fromEntries(cast.map((each) => [each.id, each])),
    roster: cast.map(({ id }) => id),
    layout: { large: tier, medium: tier, compact: tier },
    combat: {
      round: 2,
      turn: "t1",
      entries: [{ id: "t1", character_id: "a", name: null, initiative: 18, hidden: false }],
    },
    episode: null,
  };
}
