import { describe, expect, it } from "vitest";

/** Every component as it is written. */
const SOURCES = Object.entries(
  import.meta.glob<string>("../src/**/*.svelte", { query: "?raw", import: "default", eager: true }),
).map(([path, text]) => ({ name: path.replace("../src/", ""), text }));
/** These ask the table over its socket: the line sends again by itself, and `Failure` says the rest. */
const TABLE = /^(cards|combat|layout|log|shell)\//;
/** It has no place of its own to say it: its notice is shown by whatever page is open. */
const NOTICE = "App.svelte";

/** The opening tags of a component in a text, braces and all. */
function tags(text: string, component: string): string[] {
  return [...text.matchAll(new RegExp(`<${component}\\s`, "g"))].map(({ index }) => {
    let depth = 0;
    let end = index;
    while (depth > 0 || text[end] !== ">") {
      if (text[end] === "{") depth += 1;
      else if (text[end] === "}") depth -= 1;
      end += 1;
    }
    return text.slice(index, end + 1);
  });
}

/** What breaks a rule, by the component's name. */
const breaking = (isWrong: (text: string, name: string) => boolean): string[] =>
  SOURCES.filter(({ name, text }) => isWrong(text, name)).map(({ name }) => name);

describe("every form and button that asks the server", () => {
  it("is found here", () => {
    expect(SOURCES.length).toBeGreaterThan(100);
    expect(SOURCES.filter(({ text }) => text.includes("new Submission(")).length).toBeGreaterThan(20);
  });

  it("is held while the server takes no other try", () => {
    const waits = (tag: string): boolean => /\{\.\.\..*\.?way\b|\.way\.held/.test(tag);
    const submits = (text: string): string[] => tags(text, "Button").filter((tag) => tag.includes('type="submit"'));
    expect(breaking((text, name) => !TABLE.test(name) && !submits(text).every(waits))).toEqual([]);
    expect(breaking((text, name) => !TABLE.test(name) && !tags(text, "Confirm").every(isHeld))).toEqual([]);
    expect(breaking((text) => text.includes("new Submission(") && !/\.way\b|<PasswordLink|onagain/.test(text))).toEqual([]);
  });

  it("says why it failed, with the countdown, beside itself", () => {
    const says = /<(FormFailure|Trouble|Fetched|Row|PasswordSent)\b|\{?problem[}=]/;
    expect(breaking((text) => /new Submission\(|calls\.way\(/.test(text) && !says.test(text))).toEqual([]);
  });

  it("leaves it to the form or the list to catch what was thrown", () => {
    expect(breaking((text, name) => name !== NOTICE && /\bproblemOf\(|\bcatch \(/.test(text))).toEqual([]);
  });
});

/** A question that asks no server needs no answer from one. */
function isHeld(tag: string): boolean {
  return /\{\.\.\..*\bway\b/.test(tag) || /onconfirm=\{onclose\}/.test(tag);
}
