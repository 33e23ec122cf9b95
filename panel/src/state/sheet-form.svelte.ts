/** A sheet being written: its text, what the server said about it, and saving with a look at who else changed it. */

import type { Rest } from "../api/rest";
import type { Character, Problem } from "../lib/model";
import { byField } from "../lib/problem";
import { blank, changes, creation, type Sheet, sheetOf } from "../lib/sheet";
import { Submission } from "./submission.svelte";

export class SheetForm {
  sheet = $state<Sheet>(blank());
  /** The character as made by this form, so that a second try changes it instead of making another. */
  made = $state.raw<Character | null>(null);
  readonly sending = new Submission([]);
  #start: Sheet;
  #etag: Promise<string | null>;
  #character: Character | null;

  constructor(
    private readonly rest: Rest,
    private readonly campaign: string,
    character: Character | null,
  ) {
    this.#character = character;
    this.#start = character ? sheetOf(character) : blank();
    this.sheet = structuredClone(this.#start);
    this.#etag = this.#lookUp();
  }

  get id(): string | null {
    return this.#character?.id ?? this.made?.id ?? null;
  }

  get dirty(): boolean {
    return JSON.stringify(this.sheet) !== JSON.stringify(this.#start);
  }

  /** Why it was not saved. */
  get problem(): Problem | null {
    return this.sending.problem;
  }

  get wrong(): Record<string, string> {
    return this.problem ? byField(this.problem) : {};
  }

  /** Answers the character's id, or null where it was refused: `problem` says why. `over`: also over others' changes. */
  async save(over = false): Promise<string | null> {
    let id: string | null = null;
    await this.sending.send(async () => {
      id = this.id === null ? await this.#create() : await this.#change(this.id, over);
    });
    return id;
  }

  /** Begin anew from what is true now. */
  reload(character: Character | null): void {
    this.sending.refuse({});
    if (!character) return;
    this.#character = character;
    this.#start = sheetOf(character);
    this.sheet = structuredClone(this.#start);
    this.#etag = this.#lookUp();
  }

  async #create(): Promise<string> {
    const body = creation($state.snapshot(this.sheet));
    this.made = await this.rest.send<Character>("POST", `/campaigns/${this.campaign}/characters`, body);
    this.#start = $state.snapshot(this.sheet);
    return this.made.id;
  }

  async #change(id: string, over: boolean): Promise<string> {
    const body = changes(this.#start, $state.snapshot(this.sheet), this.#character?.resources ?? {});
    if (!Object.keys(body).length) return id;
    const etag = over || this.made ? null : await this.#etag;
    await this.rest.send("PATCH", `/campaigns/${this.campaign}/characters/${id}`, body, etag);
    return id;
  }

  /** Without it (the server away) saving goes without the check, rather than not at all. */
  async #lookUp(): Promise<string | null> {
    if (!this.#character) return null;
    try {
      return (await this.rest.call(`/campaigns/${this.campaign}/characters/${this.#character.id}`)).etag;
    } catch {
      return null; // said when saving fails; the form itself needs nothing from the server
    }
  }
}
