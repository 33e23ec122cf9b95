import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as kit from "../src";
import { FakeWorld } from "../src/testing";
import { hpEvent, view } from "./fixtures";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

it("follows a campaign in ten lines, as printed", () => {
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const body = example.replace(/^import .*$/m, "");
  expect(body.split("\n").filter((line) => line.trim()).length).toBeLessThanOrEqual(10);
  const world = new FakeWorld();
  const lines: unknown[][] = [];
  const follow = (options: kit.FollowOptions): kit.Table => kit.follow({ ...options, environment: world });
  new Function("follow", "console", body)(follow, { log: (...parts: unknown[]) => lines.push(parts) });
  world.welcome(view("a"), 1).say(hpEvent(2, "a", 13));
  expect(lines.map(([name, hp]) => [name, (hp as kit.HitPoints).current])).toEqual([
    ["Hero a", 20],
    ["Hero a", 13],
  ]);
});

it("names everything that the kit exports", () => {
  const missing = Object.keys(kit).filter((name) => !readme.includes(name) && name !== name.toUpperCase());
  expect(missing).toEqual([]);
});
