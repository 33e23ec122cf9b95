/** A small table for tests. */

import type { TokensOut, UserOut } from "@tablecast/client";

import type { Shelf } from "../src/api/credential";
import type { Character, TableEvent, View } from "../src/lib/model";

export function character(id: string, name: string, changes: Partial<Character> = {}): Character {
  return {
    id,
    kind: "pc",
    name,
    player_name: null,
    class: null,
    race: null,
    level: null,
    stats: { hp: { current: 20, max: 30, temp: 5, base_max: 30 }, ac: null, abilities: {} },
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

export function table(characters: readonly Character[], changes: Partial<View> = {}): View {
  const layout = { badges: {}, chips: {} };
  return {
    campaign: { id: "c", slug: "road", name: "The Road", description: null, ruleset: "5e-2014", public: true },
    characters: Object.fromEntries(characters.map((one) => [one.id, one])),
    roster: characters.map(({ id }) => id),
    layout: { large: layout, medium: layout, compact: layout },
    combat: null,
    episode: null,
    ...changes,
  };
}

export function event(seq: number, changes: Partial<TableEvent> = {}): TableEvent {
  return {
    seq,
    id: `e${seq}`,
    type: "hp_change",
    at: "2026-01-01T20:00:00Z",
    actor: { kind: "admin", name: "Somebody" },
    character_id: "m",
    cause: null,
    source: null,
    silent: false,
    undo_of: null,
    episode_id: null,
    part_of: null,
    data: { before: { roster: [] }, after: { roster: ["m"] } },
    ...changes,
  };
}

/** What the server answers to a sign-in. */
export function signedIn(token: string, name = "mira"): TokensOut {
  const user: UserOut = {
    id: `id-of-${name}`,
    username: name,
    email: `${name}@example.org`,
    email_verified: true,
    full_name: null,
    created_at: "2026-01-01T19:00:00Z",
    updated_at: "2026-01-01T19:00:00Z",
  };
  return { access_token: token, token_type: "Bearer", expires_in: 600, refresh_token: null, user };
}

export function drawer(): Shelf & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, value) => void all.set(key, value),
    removeItem: (key) => void all.delete(key),
  };
}
