/** What the rules ask somebody to do now: a concentration check after damage. */

import type { TableEvent } from "../lib/model";
import { concentrate } from "../lib/requests";
import type { Desk } from "./desk.svelte";
import type { Toasts } from "./toasts.svelte";

interface Open {
  toast: number;
  seq: number;
  character: string;
}

export class Reminders {
  #open: Open[] = [];

  constructor(
    private readonly desk: Desk,
    private readonly toasts: Toasts,
  ) {}

  hear(event: TableEvent): void {
    this.#forget(
      ({ seq, character }) => seq === event.undo_of || !this.desk.view?.characters[character]?.concentration,
    );
    const dc = event.data["concentration_dc"];
    const character = event.character_id ? this.desk.view?.characters[event.character_id] : undefined;
    if (event.undo_of || event.silent || typeof dc !== "number" || !character?.concentration) return;
    const toast = this.toasts.say(`keeps ${character.concentration}? Constitution save, DC ${dc}.`, {
      tone: "ask",
      name: character.name,
      actions: [
        { label: "Kept", run: () => undefined },
        { label: "Lost", run: () => void this.desk.ask(concentrate(character, null)) },
      ],
    });
    this.#open.push({ toast, seq: event.seq, character: character.id });
  }

  /** The hit was undone, or there is nothing left to keep. */
  #forget(over: (open: Open) => boolean): void {
    for (const { toast } of this.#open.filter(over)) this.toasts.drop(toast);
    this.#open = this.#open.filter((open) => !over(open));
  }
}
