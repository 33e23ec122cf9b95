import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const here = new URL("..", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, here), "utf8");
const svelte = (folder: string): string[] =>
  readdirSync(new URL(folder, here))
    .filter((name) => name.endsWith(".svelte"))
    .map((name) => folder + name);

const components = [...svelte("src/"), ...svelte("../design/src/")].map(read);
const sheets = (folder: string): string[] => readdirSync(new URL(folder, here)).filter((name) => name.endsWith(".css"));
const css = sheets("src/style/")
  .map((name) => read(`src/style/${name}`))
  .join("\n");
const readme = read("README.md");

const names = (texts: string[], pattern: RegExp): Set<string> =>
  new Set(texts.flatMap((text) => text.match(pattern) ?? []));
const NAME = /(?<![\w-])(?:--)?tc-[a-z]+(?:-[a-z]+)*/g;

describe("the overlay's source", () => {
  it("loads every style sheet that there is", () => {
    const loaded = [...read("src/style/index.css").matchAll(/@import "\.\/([\w-]+\.css)"/g)].map((match) => match[1]);
    expect([...loaded, "index.css"].sort()).toEqual(sheets("src/style/").sort());
  });

  it("uses no class, variable or animation that README.md does not name, and README.md names none that is not used", () => {
    const used = names([...components, css], NAME);
    const documented = names(
      [...readme.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!),
      NAME,
    );
    expect([...used].filter((name) => !documented.has(name))).toEqual([]);
    expect([...documented].filter((name) => !used.has(name))).toEqual([]);
  });

  it("names every attribute that says something", () => {
    const used = names(components, /(?<![\w-])data-[a-z]+/g);
    expect([...used].filter((name) => !readme.includes(name))).toEqual([]);
  });

  it("never inserts markup from data", () => {
    for (const component of components) expect(component).not.toMatch(/\{@html|innerHTML|outerHTML|insertAdjacentHTML/);
  });

  it("animates nothing but transform and opacity", () => {
    const frames = [...css.matchAll(/@keyframes [\w-]+ \{([\s\S]*?)\n\}/g)].map((match) => match[1]!);
    const properties = names(frames, /(?<=[{;]\s*)[a-z-]+(?=:)/g);
    expect(frames.length).toBeGreaterThan(10);
    expect([...properties].sort()).toEqual(["opacity", "transform"]);
    expect(css).not.toContain("transition");
  });

  it("stops moving for those who ask for it", () => {
    const animated = [...css.matchAll(/animation(?:-name)?: (tc-[a-z-]+)/g)].map((match) => match[1]);
    const motion = read("src/style/motion.css");
    const calm = motion.slice(motion.indexOf("prefers-reduced-motion"));
    expect(new Set(animated).size).toBeGreaterThan(8);
    for (const name of [
      "tc-body",
      "tc-hp-fill",
      "tc-hp-trail",
      "tc-chip",
      "tc-save",
      "tc-turn",
      "tc-burst",
      "tc-flash",
      "tc-float",
    ]) {
      expect(calm, name).toContain(`.${name}`);
    }
  });
});
