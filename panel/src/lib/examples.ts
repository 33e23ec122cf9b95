/** A few made-up people, for whoever wants to see how it works before writing down their own. */

import { blank, creation, type Sheet } from "./sheet";

const PEOPLE: readonly Partial<Sheet>[] = [
  { name: "Ilse Marrow", class: "Cleric", race: "Human", level: "4", max: "31", ac: "18", color: "#e0b04a" },
  {
    name: "Tov Redbank",
    class: "Ranger",
    race: "Halfling",
    level: "4",
    max: "34",
    current: "15",
    ac: "15",
    color: "#6aa84f",
  },
  {
    kind: "monster",
    name: "The Mill Wight",
    race: "Undead",
    max: "58",
    ac: "13",
    color: "#7d6bd6",
    hp_display: "bar",
    uses_death_saves: false,
  },
];

/** Bodies for `POST …/characters`. */
export function examples(): Record<string, unknown>[] {
  return PEOPLE.map((person) => creation({ ...blank(), ...person }));
}
