import type { Character, TableEvent, View } from "../src";

export function character(id: string, changes: Partial<Character> = {}): Character {
  return {
    id,
    kind: "pc",
    name: `Hero ${id}`,
    player_name: null,
    class: "Ranger",
    race: null,
    level: 3,
    stats: { hp: { current: 20, max: 20, temp: 0, base_max: 20 }, ac: 15, abilities: {} },
    conditions: [],
    death_saves: { successes: 0, failures: 0, stable: false },
    uses_death_saves: true,
    concentration: null,
    resources: {},
    status: "healthy",
    portrait_url: null,
    background_url: null,
    color: null,
    visible: true,
    hp_display: "exact",
    ...changes,
  };
}

export function view(...ids: string[]): View {
  return {
    campaign: { id: "k", slug: "k", name: "K", description: null, ruleset: "5e-2014", public: true },
    characters: Object.fromEntries(ids.map((id) => [id, character(id)])),
    roster: ids,
    layout: {
      large: { badges: {}, chips: {} },
      medium: { badges: {}, chips: {} },
      compact: { badges: {}, chips: {} },
    },
    combat: null,
    episode: null,
  };
}

export function hpEvent(seq: number, id: string, current: number): { type: "event"; seq: number; event: TableEvent } {
  const hp = { current, max: 20, temp: 0, base_max: 20 };
  return {
    type: "event",
    seq,
    event: {
      seq,
      id: `e${seq}`,
      type: "hp_change",
      at: "2026-01-01T00:00:00Z",
      actor: { kind: "gm" },
      source: null,
      cause: null,
      character_id: id,
      episode_id: null,
      undo_of: null,
      part_of: null,
      silent: false,
      data: { after: { characters: { [id]: { stats: { hp } } } } },
    },
  };
}

export function hp(state: View | null, id: string): number {
  const points = state?.characters[id]?.stats.hp;
  if (!points || !("current" in points)) throw new Error(`no exact hit points for ${id}`);
  return points.current;
}
