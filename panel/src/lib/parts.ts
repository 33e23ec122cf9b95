/** What sentences of the log are built of. */

export interface Part {
  readonly as: "text" | "name" | "amount" | "quiet";
  readonly text: string;
}

export type Tone = "hurt" | "heal" | "temp" | "good" | "bad" | "plain";

export interface Sentence {
  readonly icon: string;
  readonly tone: Tone;
  readonly parts: readonly Part[];
}

/** Names of characters and combatants by id, also of those who are gone. */
export type NameOf = (id: string) => string;

export const text = (value: string): Part => ({ as: "text", text: value });
export const name = (value: string): Part => ({ as: "name", text: value });
export const amount = (value: string | number): Part => ({ as: "amount", text: String(value) });
export const quiet = (value: string): Part => ({ as: "quiet", text: value });
