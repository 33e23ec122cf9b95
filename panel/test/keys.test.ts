import { describe, expect, it } from "vitest";

import { type Intent, intentOf, type Press } from "../src/lib/keys";

const REST: Omit<Press, "key" | "code"> = {
  shift: false,
  alt: false,
  mod: false,
  focus: "none",
  modal: false,
  chosen: true,
  typing: true,
};
const press = (key: string, changes: Partial<Press> = {}): Intent | null =>
  intentOf({ ...REST, key, code: "", ...changes });

describe("the keyboard", () => {
  it.each<[string, Partial<Press>, Intent | null]>([
    ["7", {}, { do: "digit", digit: "7" }],
    ["7", { chosen: false }, { do: "choose", index: 6 }],
    ["0", { chosen: false }, null],
    ["7", { alt: true }, { do: "choose", index: 6 }],
    ["§", { alt: true, code: "Digit4" }, { do: "choose", index: 3 }],
    ["Enter", {}, { do: "damage" }],
    ["Enter", { shift: true }, { do: "heal" }],
    ["Enter", { typing: false }, null],
    ["Enter", { focus: "button" }, null],
    ["Enter", { focus: "card" }, { do: "damage" }],
    [" ", { focus: "button" }, null],
    [" ", { focus: "card" }, { do: "toggle" }],
    ["t", {}, { do: "temp" }],
    ["T", { shift: true }, { do: "temp" }],
    ["u", {}, { do: "undo" }],
    ["z", { mod: true }, { do: "undo" }],
    ["Z", { mod: true, shift: true }, { do: "redo" }],
    ["y", { mod: true }, { do: "redo" }],
    ["n", {}, { do: "next" }],
    ["ArrowDown", {}, { do: "move", step: "down" }],
    ["Backspace", {}, { do: "erase" }],
    ["Backspace", { typing: false }, null],
    ["Escape", {}, { do: "clear" }],
    ["?", { shift: true }, { do: "help" }],
    ["r", { mod: true }, null],
    ["q", {}, null],
  ])("reads %s with %o", (key, changes, intent) => {
    expect(press(key, changes)).toEqual(intent);
  });

  it("leaves text to its field and everything to an open dialog", () => {
    for (const key of ["7", "Enter", "t", "Escape", "?"]) {
      expect(press(key, { focus: "field" })).toBeNull();
      expect(press(key, { modal: true })).toBeNull();
    }
  });
});
