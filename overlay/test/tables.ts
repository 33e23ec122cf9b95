import type { Character, TableEvent, View } from "@tablecast/client";
import { merge, type Patch } from "@tablecast/client";
import { demoView } from "../src/demo/table";

export const table = (count = 5): View => demoView(count);

export const who = (view: View, id: string): Character => {
  const character = view.characters[id];
  if (!character) throw new Error(`nobody is ${id}`);
  return character;
};

export const hp = (current: number, max: number, temp = 0): Patch => ({
  stats: { hp: { current, max, temp, base_max: max } },
});

export interface Happened {
  event: TableEvent;
  news: { before: View; after: View; replayed: boolean };
}

/** One thing that happens to one character. */
export function happen(
  before: View,
  type: TableEvent["type"],
  id: string,
  patch: Patch,
  details: object = {},
  more: Partial<TableEvent> = {},
): Happened {
  const after = { characters: { [id]: patch } };
  const event: TableEvent = {
    seq: 1,
    id: "e",
    type,
    at: "2026-01-01T20:00:00Z",
    actor: { kind: "gm" },
    source: null,
    cause: null,
    character_id: id,
    episode_id: null,
    undo_of: null,
    part_of: null,
    silent: false,
    data: { after, ...details },
    ...more,
  };
  return { event, news: { before, after: merge(before, after), replayed: false } };
}
