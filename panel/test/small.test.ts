import type { Status } from "@tablecast/client";
import { describe, expect, it } from "vitest";

import { isOneTime, store, stored, tokenIn } from "../src/api/credential";
import { absent, entriesOf, initiativeOf } from "../src/lib/combat";
import { connectionSaid } from "../src/lib/connection";
import { fraction, preview, spoken, tempFraction } from "../src/lib/hp";
import { refusal, sideRefusal } from "../src/lib/images";
import { dragLink, overlayLink } from "../src/lib/obs";
import { overlaysSaid, presentSaid, type Present } from "../src/lib/presence";
import { keyFor } from "../src/lib/rules";
import { ago } from "../src/lib/when";
import { character } from "./tables";

describe("hit points", () => {
  const hp = { current: 20, max: 30, temp: 5, base_max: 30 };

  it("previews what a verb would do", () => {
    expect(preview(hp, "damage", 8)).toMatchObject({ current: 17, temp: 0 });
    expect(preview(hp, "damage", 999)).toMatchObject({ current: 0, temp: 0 });
    expect(preview(hp, "heal", 99)).toMatchObject({ current: 30, temp: 5 });
    expect(preview(hp, "temp", 3)).toMatchObject({ current: 20, temp: 5 });
  });

  it("knows how full a bar is, however much is known", () => {
    expect(fraction({ fraction: 0.4 })).toBe(0.4);
    expect(fraction({ label: "Bloodied" })).toBeNull();
    expect(fraction(null)).toBeNull();
    expect(tempFraction({ ...hp, temp: 99 })).toBe(1);
  });

  it("says them for those who don't see the bar", () => {
    expect(spoken(character("m", "Mira", { status: "bloodied" }))).toBe("20 of 30 hit points, 5 temporary, bloodied");
  });
});

describe("sign-in links", () => {
  it("takes the token of a fragment and nothing else", () => {
    expect(tokenIn("#token=one_abc")).toBe("one_abc");
    expect(tokenIn("#log")).toBeNull();
    expect(isOneTime("adm_x")).toBe(false);
  });

  it("keeps a session, and survives what it can't read", () => {
    const shelf = new Map<string, string>();
    const drawer = {
      getItem: (key: string) => shelf.get(key) ?? null,
      setItem: (key: string, value: string) => void shelf.set(key, value),
      removeItem: (key: string) => void shelf.delete(key),
    };
    expect(stored(drawer)).toBeNull();
    store(drawer, { token: "adm_x", campaign: "c", many: false });
    expect(stored(drawer)).toEqual({ token: "adm_x", campaign: "c", many: false });
    shelf.set("tablecast.session", "{broken");
    expect(stored(drawer)).toBeNull();
    store(drawer, null);
    expect(shelf.size).toBe(0);
  });
});

describe("the overlay's link", () => {
  const options = {
    origin: "http://localhost:8000",
    slug: "road",
    tier: "large" as const,
    token: "ovl_x",
    name: "My table & more",
    width: 1920,
    height: 1080,
  };

  it("keeps the token behind the #", () => {
    expect(overlayLink(options)).toBe("http://localhost:8000/overlay/road?tier=large#token=ovl_x");
    expect(overlayLink({ ...options, tier: "auto", token: null })).toBe("http://localhost:8000/overlay/road");
  });

  it("tells OBS the source's name and size when dragged", () => {
    const query = new URL(dragLink(options)).searchParams;
    expect(query.get("layer-name")).toBe("My table & more");
    expect([query.get("layer-width"), query.get("layer-height"), query.get("tier")]).toEqual(["1920", "1080", "large"]);
  });
});

describe("the connection in words", () => {
  const status = (changes: Partial<Status>): Status => ({
    phase: "live",
    since: 0,
    reason: null,
    code: null,
    retryAt: null,
    ...changes,
  });

  it("counts down to the next try and tells what waits", () => {
    const said = connectionSaid(status({ phase: "retrying", retryAt: 4_200 }), 1_000, 2);
    expect(said.short).toBe("Retry in 4 s");
    expect(said.long).toContain("2 changes wait");
  });

  it("says aloud the same while it counts down, so that a screen reader says it once", () => {
    const retrying = status({ phase: "retrying", retryAt: 4_200 });
    const [early, late] = [connectionSaid(retrying, 1_000, 0), connectionSaid(retrying, 3_000, 0)];
    expect(early.long).not.toBe(late.long);
    expect(early.spoken).toBe(late.spoken);
    expect(early.spoken).not.toMatch(/\d/);
    expect(connectionSaid(retrying, 3_000, 1).spoken).toContain("One change waits");
  });

  it("says why it stopped", () => {
    const said = connectionSaid(status({ phase: "stopped", reason: "Revoked." }), 0, 0);
    expect([said.long, said.spoken]).toEqual(["Revoked.", "Revoked."]);
  });
});

describe("overlays present", () => {
  const overlay = (changes: Partial<Present> = {}): Present => ({
    id: "1",
    process: "3f2a90c1",
    kind: "overlay",
    name: null,
    version: null,
    audience: "public",
    state: "live",
    on_air: null,
    lag_ms: null,
    waiting_bytes: 0,
    still_s: 0,
    since: "",
    last_seen: "",
    ...changes,
  });

  it("tells none, connected, on air and late apart", () => {
    expect(overlaysSaid(null)).toBeNull();
    expect(overlaysSaid([overlay({ kind: "panel" })])?.short).toBe("No overlay");
    expect(overlaysSaid([overlay(), overlay()])?.short).toBe("2 overlays");
    expect(overlaysSaid([overlay(), overlay({ on_air: true })])?.tone).toBe("live");
    expect(overlaysSaid([overlay({ state: "stale" }), overlay({ on_air: true })])?.tone).toBe("stale");
  });

  it("says why one is slow", () => {
    const slow = { state: "slow", waiting_bytes: 300_000 } as const;
    expect(presentSaid(overlay(slow))).toBe("slow: 293 KiB wait for it; it is catching up");
    expect(presentSaid(overlay({ ...slow, still_s: 3 }))).toContain("it has taken nothing for 3 s");
  });
});

describe("small words", () => {
  it("reads initiatives as people write them", () => {
    expect(["12", " 3,5 ", "-1", "−2", "", "x", "1e9"].map(initiativeOf)).toEqual([
      12,
      3.5,
      -1,
      -2,
      null,
      undefined,
      undefined,
    ]);
  });

  it("sends entries without what they don't have, and knows who is missing", () => {
    const trap = { id: "t", character_id: null, name: "Trap", initiative: 20, hidden: true };
    expect(entriesOf([trap])).toEqual([{ id: "t", name: "Trap", initiative: 20, hidden: true }]);
    const mira = character("m", "Mira");
    expect(absent([mira], [trap])).toEqual([mira]);
    expect(absent([mira], [{ ...trap, character_id: "m" }])).toEqual([]);
  });

  it("makes keys that the server takes of any label", () => {
    for (const label of ["On fire!", "Überlastet", "🔥", "مسموم", "a".repeat(200)]) {
      expect(keyFor(label)).toMatch(/^[a-z0-9][a-z0-9_-]{0,47}$/);
    }
    expect(keyFor("🔥")).not.toBe(keyFor("❄️"));
  });

  it("refuses images before they are sent", () => {
    expect(refusal({ type: "image/svg+xml", size: 1, name: "x.svg" })).toContain("PNG");
    expect(refusal({ type: "image/png", size: 6 * 1024 * 1024, name: "x" })).toContain("6.0 MB");
    expect(refusal({ type: "image/png", size: 0, name: "x" })).toContain("empty");
    expect(refusal({ type: "image/webp", size: 10, name: "x" })).toBeNull();
    expect(sideRefusal(9000, 10)).toContain("9000 × 10");
  });

  it("says how long ago", () => {
    const now = Date.parse("2026-01-01T20:00:00Z");
    expect(ago("2026-01-01T19:59:58Z", now)).toBe("just now");
    expect(ago("2026-01-01T19:48:00Z", now)).toBe("12 min ago");
  });
});
