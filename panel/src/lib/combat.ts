/** The turn order as it is sent. */

import type { Character, Combatant } from "./model";

export interface Draft {
  id?: string;
  character_id?: string;
  name?: string;
  initiative?: number | null;
  hidden: boolean;
}

/** Entries as `set_initiative` takes them, in the order given. */
export function entriesOf(entries: readonly Combatant[]): Draft[] {
  return entries.map(({ id, character_id, name, initiative, hidden }) => ({
    id,
    ...(character_id === null ? {} : { character_id }),
    ...(name === null ? {} : { name }),
    initiative,
    hidden,
  }));
}

/** Characters who are not in the order yet. */
export function absent(characters: readonly Character[], entries: readonly Combatant[]): Character[] {
  return characters.filter(({ id }) => !entries.some((entry) => entry.character_id === id));
}

/** An initiative as typed: a number with a comma or a point, null for empty, undefined for nonsense. */
export function initiativeOf(text: string): number | null | undefined {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  if (plain === "") return null;
  const value = Number(plain);
  return Number.isFinite(value) && Math.abs(value) <= 999 ? value : undefined;
}
