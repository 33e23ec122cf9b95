import { FakeWorld } from "@tablecast/client/testing";
import { describe, expect, it } from "vitest";
import { LIFE_MS } from "../src/effects";
import { Freshness, STALE_MS } from "../src/freshness";
import { Show } from "../src/show";
import { happen, hp, table, type Happened } from "./tables";

function stage() {
  const world = new FakeWorld();
  const show = new Show(world);
  const at = (ms = 0): string => new Date(world.now() - ms).toISOString();
  const blow = (more: object = {}): Happened =>
    happen(table(), "hp_change", "a", hp(50, 61), { kind: "damage", amount: 8 }, { at: at(), ...more });
  const play = ({ event, news }: Happened, replayed = false): void => show.event(event, { ...news, replayed });
  return { world, show, blow, play, at };
}

describe("the show", () => {
  it("plays what happens and forgets it when it is over", () => {
    const { world, show, blow, play } = stage();
    show.state(table());
    play(blow());
    expect(show.frames.get().effects).toHaveLength(1);
    world.pass(LIFE_MS.damage);
    expect(show.frames.get().effects).toEqual([]);
    expect(show.frames.get().view?.roster).toHaveLength(5);
  });

  it("does not play what was missed", () => {
    const { show, blow, play } = stage();
    play(blow(), true);
    expect(show.frames.get().effects).toEqual([]);
  });

  it("does not play anything while hidden, nor after, nor the rest of what was playing", () => {
    const { show, blow, play } = stage();
    play(blow());
    show.seen(false);
    play(blow());
    show.seen(true);
    expect(show.frames.get().effects).toEqual([]);
    play(blow());
    expect(show.frames.get().effects).toHaveLength(1);
  });

  it("does not play what arrives late, as from a buffer after a sleep", () => {
    const { world, show, blow, play } = stage();
    play(blow());
    const old = blow();
    world.sleep(60_000);
    play(old);
    expect(show.frames.get().effects).toHaveLength(1);
    expect(show.lag).toBe(60_000);
  });

  it("is dark once the link counts no more, and shows the table as it then is should it count again", () => {
    const { show, blow, play } = stage();
    show.state(table());
    play(blow());
    show.dark(true);
    expect(show.frames.get()).toEqual({ view: null, effects: [] });
    show.state(blow().news.after);
    expect(show.frames.get().view).toBeNull();
    show.dark(false);
    expect(show.frames.get().view?.characters.a?.stats.hp).toMatchObject({ current: 50 });
    expect(show.frames.get().effects).toEqual([]);
  });

  it("shows the state in any case", () => {
    const { show, blow } = stage();
    show.seen(false);
    show.state(blow().news.after);
    expect(show.frames.get().view?.characters.a?.stats.hp).toMatchObject({ current: 50 });
  });
});

describe("freshness", () => {
  it("does not care how far the server's clock is off", () => {
    const fresh = new Freshness();
    const server = Date.parse("2031-05-05T00:00:00Z");
    expect(fresh.delay(new Date(server).toISOString(), 1000)).toBe(0);
    expect(fresh.delay(new Date(server + 1000).toISOString(), 2030)).toBe(30);
    expect(fresh.delay(new Date(server + 2000).toISOString(), 9000)).toBeGreaterThan(STALE_MS);
  });

  it("gets over a clock that was set", () => {
    const fresh = new Freshness();
    fresh.delay(new Date(60_000).toISOString(), 0);
    const delays = Array.from({ length: 25 }, (_, i) => fresh.delay(new Date(i * 1000).toISOString(), i * 1000));
    expect(delays.at(-1)).toBe(0);
  });

  it("takes an unreadable time for fresh", () => {
    expect(new Freshness().delay("soon", 5)).toBe(0);
  });
});
