/** What the rules ask somebody to do now: a concentration check after damage. */

import type { TableEvent } from "../lib/model";
import { concentrate } from "../lib/requests";
import type { Desk } from "./desk.svelte";
import type { Toasts } from "./toasts.svelte";

export function remind(event: TableEvent, desk: Desk, toasts: Toasts): void {
  const dc = event.data["concentration_dc"];
  const character = event.character_id ? desk.view?.characters[event.character_id] : undefined;
  if (event.undo_of || event.silent || typeof dc !== "number" || !character?.concentration) return;
  toasts.say(`keeps ${character.concentration}? Constitution save, DC ${dc}.`, {
    tone: "ask",
    name: character.name,
    actions: [
      { label: "Kept", run: () => undefined },
      { label: "Lost", run: () => void desk.ask(concentrate(character, null)) },
    ],
  });
}
