import { Store, type Status, type View } from "@tablecast/client";
import { render } from "svelte/server";
import { describe, expect, it } from "vitest";
import type { Frame } from "../src/show";
import Stage from "../src/Stage.svelte";
import { table } from "./tables";

const LIVE: Status = { phase: "live", since: 0, reason: null, code: null, retryAt: null };

function draw(view: View | null, { status = LIVE, quiet = true, tier = "large" as "large" | "compact" } = {}): string {
  const frames = new Store<Frame>({ view, effects: [] });
  return render(Stage, { props: { frames, status: new Store(status), config: { tier }, quiet } }).body;
}

describe("the page", () => {
  it("shows every state by shape and word", () => {
    const html = draw(table());
    for (const word of ["Bloodied", "Dying", "Dead"]) expect(html).toContain(`>${word}</span>`);
    expect(html).toMatch(/1 of 3 successes/);
    expect(html).toMatch(/2 of 3 failures/);
    expect(html).toContain("tc-turn");
    expect(html).toContain("+2</li>");
  });

  it("is empty on air without a roster, and before there is a state", () => {
    for (const view of [null, { ...table(), roster: [] }]) {
      const html = draw(view, { status: { ...LIVE, phase: "stopped", code: 4404, reason: "no such campaign" } });
      expect(html).not.toMatch(/tc-card|tc-note|<p/);
    }
  });

  it("tells whoever sets it up what is wrong, outside of OBS", () => {
    const html = draw(null, { quiet: false, status: { ...LIVE, phase: "stopped", code: 4401, reason: "x" } });
    expect(html).toContain("token is missing, wrong or revoked");
  });

  it("skips those of the roster whom this audience does not see", () => {
    const view = table();
    expect(draw({ ...view, roster: ["a", "stranger"] }).match(/<article/g)).toHaveLength(1);
  });

  it("takes every text as text", () => {
    const evil = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    const view = table();
    const a = {
      ...view.characters.a!,
      name: evil,
      class: evil,
      concentration: evil,
      conditions: [{ ...view.characters.b!.conditions[0]!, label: evil, key: "x" }],
    };
    const html = draw({ ...view, characters: { ...view.characters, a } });
    expect(html).not.toMatch(/<script|<img/);
    expect(html.match(/&lt;script>/g)?.length).toBe(4);
  });

  it("shows no number where the audience has none", () => {
    const html = draw({ ...table(10), roster: ["e", "h", "i"] });
    expect(html).not.toContain("tc-hp-current");
    expect(html.match(/tc-hp-bar/g)).toHaveLength(1);
    expect(html).toContain("tc-hp-label");
  });

  it("lets each name run in its own direction", () => {
    expect(draw(table())).toMatch(/class="tc-name" dir="auto"[^>]*>نورا/);
  });
});
