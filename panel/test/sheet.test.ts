import { describe, expect, it } from "vitest";

import { blank, changes, creation, faults, sheetOf } from "../src/lib/sheet";
import { character } from "./tables";

const slots = {
  label: "Slots",
  current: 2,
  max: 4,
  direction: "up",
  style: "pips",
  reset: "long",
  display: "bar",
} as const;

describe("a sheet", () => {
  it("makes a character of a name and hit points alone", () => {
    const body = creation({ ...blank(), name: " Mira ", max: "31" });
    expect(body).toMatchObject({
      kind: "pc",
      name: "Mira",
      class: null,
      stats: { hp: { max: 31, temp: 0 } },
      resources: {},
    });
    expect((body["stats"] as { hp: object }).hp).not.toHaveProperty("current");
  });

  it("sends only what was changed", () => {
    const mira = character("m", "Mira", { resources: { slots } });
    const start = sheetOf(mira);
    expect(changes(start, start, mira.resources)).toEqual({});
    expect(changes(start, { ...start, level: "6", class: "Bard" }, mira.resources)).toEqual({
      level: 6,
      class: "Bard",
    });
    expect(changes(start, { ...start, max: "40" }, mira.resources)).toEqual({ stats: { hp: { max: 40 } } });
    const able = { ...start, abilities: { dex: "14" } };
    expect(changes(start, able, mira.resources)).toEqual({ stats: { abilities: { dex: 14 } } });
  });

  it("empties what was emptied", () => {
    const start = sheetOf(character("m", "Mira", { class: "Bard" }));
    expect(changes(start, { ...start, class: " " }, {})).toEqual({ class: null });
  });

  it("keeps what the form does not show of a resource", () => {
    const mira = character("m", "Mira", { resources: { slots } });
    const start = sheetOf(mira);
    const resources = start.resources.map((one) => ({ ...one, current: "3" }));
    const sent = changes(start, { ...start, resources }, mira.resources);
    expect(sent).toEqual({ resources: { slots: { ...slots, current: 3 } } });
  });

  it("gives new resources keys of their own", () => {
    const one = { key: "", label: "Hope", current: "", max: "6", style: "pips", reset: "" } as const;
    const body = creation({ ...blank(), name: "M", max: "1", resources: [one, one, { ...one, label: " " }] });
    expect(Object.keys(body["resources"] as object)).toEqual(["hope", "hope-2"]);
    expect(body["resources"]).toMatchObject({ hope: { current: 6, max: 6, reset: null } });
  });

  it("says what is missing before it is sent", () => {
    expect(Object.keys(faults(blank()))).toEqual(["name", "stats.hp.max"]);
    expect(faults({ ...blank(), name: "M", max: "10", current: "11" })).toHaveProperty(["stats.hp.current"]);
    expect(faults({ ...blank(), name: "M", max: "10" })).toEqual({});
  });
});
