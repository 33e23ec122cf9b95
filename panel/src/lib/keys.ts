/** From a key press to what it means at the table. Pure, so that the whole keyboard is tested as a list. */

export type Intent =
  | { do: "digit"; digit: string }
  | { do: "choose"; index: number }
  | { do: "move"; step: "left" | "right" | "up" | "down" }
  | { do: "toggle" }
  | { do: "erase" | "damage" | "heal" | "temp" | "critical" | "clear" }
  | { do: "undo" | "redo" | "next" | "previous" | "help" | "conditions" | "edit" };

export interface Press {
  key: string;
  code: string;
  shift: boolean;
  alt: boolean;
  mod: boolean;
  /** Where the focus is: text belongs to a field; Enter and Space belong to a button. */
  focus: "field" | "button" | "card" | "none";
  /** Whether a dialog is open, which then owns the keyboard. */
  modal: boolean;
  chosen: boolean;
  typing: boolean;
}

const LETTERS: Record<string, Intent["do"]> = {
  t: "temp",
  c: "critical",
  u: "undo",
  n: "next",
  p: "previous",
  o: "conditions",
  e: "edit",
};

const ARROWS: Record<string, "left" | "right" | "up" | "down"> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

export function intentOf(press: Press): Intent | null {
  if (press.modal || press.focus === "field") return null;
  if (press.mod) return undoOrRedo(press);
  if (press.key === "?") return { do: "help" };
  return byDigit(press) ?? byArrow(press) ?? byEditing(press) ?? byLetter(press);
}

function undoOrRedo({ key, shift }: Press): Intent | null {
  if (key.toLowerCase() === "y") return { do: "redo" };
  if (key.toLowerCase() !== "z") return null;
  return { do: shift ? "redo" : "undo" };
}

/** With nothing chosen a digit picks the card; after that digits are the amount. Alt always picks. */
function byDigit({ key, code, alt, chosen }: Press): Intent | null {
  const digit = /^\d$/.test(key) ? key : /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit === undefined || (!alt && !/^\d$/.test(key))) return null;
  if (!alt && chosen) return { do: "digit", digit };
  return digit === "0" ? null : { do: "choose", index: Number(digit) - 1 };
}

function byArrow({ key, alt }: Press): Intent | null {
  const step = ARROWS[key];
  return step && !alt ? { do: "move", step } : null;
}

function byEditing({ key, shift, focus, chosen, typing }: Press): Intent | null {
  if (key === "Escape") return { do: "clear" };
  if (key === "Backspace") return typing ? { do: "erase" } : null;
  if (focus === "button" || !chosen) return null;
  if (key === " ") return { do: "toggle" };
  if (key === "Enter" && typing) return { do: shift ? "heal" : "damage" };
  return null;
}

function byLetter({ key, alt }: Press): Intent | null {
  const found = alt ? undefined : LETTERS[key.toLowerCase()];
  return found ? ({ do: found } as Intent) : null;
}

/** What the help page lists, beside what each key does. */
export const SHORTCUTS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ["1 – 9"], does: "choose a card (when none is chosen)" },
  { keys: ["Alt + 1 – 9"], does: "choose another card" },
  { keys: ["← ↑ ↓ →"], does: "move to the next card" },
  { keys: ["Space"], does: "add the card to the chosen ones, or take it out" },
  { keys: ["0 – 9"], does: "type an amount" },
  { keys: ["Enter"], does: "damage everybody chosen" },
  { keys: ["Shift + Enter"], does: "heal everybody chosen" },
  { keys: ["T"], does: "give that many temporary hit points" },
  { keys: ["C"], does: "make the hit critical" },
  { keys: ["O"], does: "conditions of the card" },
  { keys: ["E"], does: "edit the card" },
  { keys: ["N", "P"], does: "next turn, previous turn" },
  { keys: ["U", "Ctrl + Z"], does: "undo the last change" },
  { keys: ["Ctrl + Shift + Z"], does: "redo it" },
  { keys: ["Esc"], does: "clear the amount, then the choice" },
  { keys: ["?"], does: "this help" },
];
