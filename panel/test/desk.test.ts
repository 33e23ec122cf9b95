import { FakeWorld } from "@tablecast/client/testing";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { roster, strike } from "../src/lib/requests";
import { Desk } from "../src/state/desk.svelte";
import { character, event, table } from "./tables";

const mira = character("m", "Mira");
const problem = {
  type: "urn:tablecast:problem:rule_refused",
  code: "rule_refused" as const,
  title: "The rules of the table refuse that",
  detail: "The dead don't heal",
  status: 422,
  errors: [],
  request_id: null,
};

describe("the desk", () => {
  let world: FakeWorld;
  let desk: Desk;

  beforeEach(() => {
    world = new FakeWorld();
    desk = new Desk({ url: "http://here", campaign: "c", token: "adm_x", version: "1", environment: world });
  });

  const sent = () => world.socket.commands();

  it("shows a hit as under way until the server agrees", async () => {
    const socket = world.welcome(table([mira]), 4);
    const asked = desk.ask(strike([mira], "damage", 7));
    expect(desk.doing("hp:m", "damage")).toBe("sending");
    expect(sent()[0]).toMatchObject({ name: "damage", data: { character_id: "m", amount: 7 } });
    socket.say({ type: "result", id: String(sent()[0]!["id"]), ok: true, seq: 5 });
    expect(await asked).toBe(true);
    expect(desk.doing("hp:m")).toBe("idle");
  });

  it("keeps a refusal at its control, and asks anew on retry", async () => {
    const socket = world.welcome(table([mira]), 4);
    const asked = desk.ask(strike([mira], "heal", 7));
    const first = String(sent()[0]!["id"]);
    socket.say({ type: "result", id: first, ok: false, error: problem });
    expect(await asked).toBe(false);
    const failure = desk.failure("hp:m");
    expect(failure?.problem?.detail).toBe("The dead don't heal");
    void desk.again(failure!);
    expect(desk.failure("hp:m")).toBeNull();
    expect(sent()[1]).toMatchObject({ name: "heal", data: { amount: 7 } });
    expect(sent()[1]!["id"]).not.toBe(first);
  });

  it("holds a click that is made while the server is away, and sends it once it is back", async () => {
    world.welcome(table([mira]), 4).lose();
    const asked = desk.ask(strike([mira], "damage", 3));
    expect(desk.doing("hp:m")).toBe("waiting");
    world.pass(40_000);
    const socket = world.welcome(table([mira]), 4, { resumed: true });
    expect(desk.doing("hp:m")).toBe("sending");
    expect(sent()).toHaveLength(1);
    socket.say({ type: "result", id: String(sent()[0]!["id"]), ok: true, seq: 5 });
    expect(await asked).toBe(true);
  });

  it("asks under the same id again where it is not known what became of it", async () => {
    world.welcome(table([mira]), 4);
    const asked = desk.ask(strike([mira], "damage", 3));
    const { id } = sent()[0]!;
    world.socket.lose(4401, "revoked");
    expect(await asked).toBe(false);
    const failure = desk.failure("hp:m")!;
    expect(failure.problem?.code).toBe("closed");
    expect(failure.id).toBe(id);
  });

  it("sends what was pressed again, under its id, once somebody is signed in again", async () => {
    const ended = vi.fn();
    desk = new Desk({ url: "http://here", campaign: "c", token: () => "person", version: "1", environment: world, onTokenEnd: ended });
    world.welcome(table([mira]), 4);
    await Promise.resolve();
    const asked = desk.ask(strike([mira], "damage", 3));
    const { id } = sent()[0]!;
    world.socket.lose(4401, "signed out");
    const later = desk.ask(strike([mira], "heal", 2));
    await Promise.resolve();
    expect([ended.mock.calls.length, desk.doing("hp:m"), desk.failure("hp:m")]).toEqual([1, "waiting", null]);
    desk.renew("newer");
    const socket = world.welcome(table([mira]), 4, { resumed: true });
    await new Promise((resolve) => setTimeout(resolve));
    expect(sent().map((frame) => frame["name"])).toEqual(["damage", "heal"]);
    expect(sent()[0]!["id"]).toBe(id);
    for (const [n, frame] of sent().entries()) socket.say({ type: "result", id: String(frame["id"]), ok: true, seq: 5 + n });
    expect(await Promise.all([asked, later])).toEqual([true, true]);
  });

  it("gives up what waits for a sign-in when it is closed", async () => {
    desk = new Desk({ url: "http://here", campaign: "c", token: "x", version: "1", environment: world, onTokenEnd: vi.fn() });
    world.welcome(table([mira]), 4);
    const asked = desk.ask(strike([mira], "damage", 3));
    world.socket.lose(4401, "signed out");
    await Promise.resolve();
    desk.close();
    expect(await asked).toBe(false);
  });

  it("changes lists one after the other, each from the table as it then is", async () => {
    const [a, d] = [character("a", "Ann"), character("d", "Dorn")];
    const socket = world.welcome(table([mira, a, d], { roster: ["m"] }), 4);
    const add = (id: string) => desk.askInTurn("roster", () => roster([...(desk.view?.roster ?? []), id]));
    const both = [add("a"), add("d")];
    await Promise.resolve();
    expect(sent()).toHaveLength(1);
    expect(sent()[0]).toMatchObject({ data: { character_ids: ["m", "a"] }, expect_seq: 4 });
    socket.say({ type: "event", seq: 5, event: event(5, { type: "roster", data: { after: { roster: ["m", "a"] } } }) });
    socket.say({ type: "result", id: String(sent()[0]!["id"]), ok: true, seq: 5 });
    await both[0];
    await Promise.resolve();
    expect(sent()[1]).toMatchObject({ data: { character_ids: ["m", "a", "d"] }, expect_seq: 5 });
  });

  it("tries again after a conflict with the table as it is now in sight", async () => {
    const socket = world.welcome(table([mira]), 4);
    const asked = desk.ask({ ...roster([]), expect_seq: 4 });
    socket.say({ type: "event", seq: 6, event: event(6) });
    const refusal = { ...problem, code: "conflict" as const };
    socket.say({ type: "result", id: String(sent()[0]!["id"]), ok: false, error: refusal });
    await asked;
    void desk.again(desk.failure("roster")!);
    expect(sent()[1]).toMatchObject({ name: "set_roster", expect_seq: 6 });
  });

  it("sends an area as one batch", () => {
    const dorn = character("d", "Dorn");
    world.welcome(table([mira, dorn]), 4);
    void desk.ask(strike([mira, dorn], "damage", 8, { critical: true, why: "Fireball" }));
    expect(sent()[0]).toMatchObject({ name: "batch" });
    expect((sent()[0]!["data"] as { commands: unknown[] }).commands).toHaveLength(2);
  });

  it("lists who is on screen in order, then the rest by name", () => {
    const others = [character("z", "Zed"), character("a", "Ann")];
    world.welcome(table([mira, ...others], { roster: ["z"] }), 4);
    expect(desk.everybody.map(({ name }) => name)).toEqual(["Zed", "Ann", "Mira"]);
  });

  it("tells listeners what happens, and which of it is old news", () => {
    const heard: [number, boolean][] = [];
    desk.onEvent((one, { replayed }) => heard.push([one.seq, replayed]));
    const socket = world.welcome(table([mira]), 4);
    socket.say({ type: "event", seq: 5, event: event(5) });
    expect(heard).toEqual([[5, false]]);
  });

  it("tells up to where events were left out", () => {
    const skipped: number[] = [];
    desk.onSnapshot((seq) => skipped.push(seq));
    world.welcome(table([mira]), 4).say({ type: "snapshot", seq: 9, state: table([mira]) });
    expect(skipped).toEqual([4, 9]);
  });

  it("wants another token when its own is about to end or was refused, and not again when that is refused, too", () => {
    const ended = vi.fn();
    desk = new Desk({ url: "http://here", campaign: "c", token: () => "t", version: "1", environment: world, onTokenEnd: ended });
    world.welcome(table([mira]), 4).say({ type: "expiring", expires_at: "2026-01-01T19:10:00Z" });
    expect(ended).toHaveBeenCalledTimes(1);
    desk.renew("newer");
    expect(world.socket.sent.at(-1)).toEqual({ type: "refresh", token: "newer" });
    world.socket.lose(4401);
    expect(ended).toHaveBeenCalledTimes(2);
    desk.renew("newest");
    world.socket.lose(4401);
    expect(ended).toHaveBeenCalledTimes(2);
    expect(desk.status.phase).toBe("stopped");
  });
});
