import { describe, expect, it, vi } from "vitest";
import { follow, socketUrl, uuid, type FollowOptions, type TableEvent } from "../src";
import { FakeWorld } from "../src/testing";
import { hp, hpEvent, view } from "./fixtures";

function start(options: Partial<FollowOptions> = {}) {
  const world = new FakeWorld();
  const table = follow({ url: "http://table.test", campaign: "dusk", token: "t1", environment: world, ...options });
  return { world, table };
}

describe("following a campaign", () => {
  it("subscribes first, and the token stays out of the address", () => {
    const { world } = start({ client: { kind: "overlay" } });
    world.socket.open();
    expect(world.socket.url).toBe("ws://table.test/v1/campaigns/dusk/ws");
    expect(world.socket.sent).toEqual([{ type: "subscribe", token: "t1", client: { kind: "overlay" } }]);
  });

  it("holds the snapshot and then every change", () => {
    const { world, table } = start();
    const socket = world.welcome(view("a"), 10);
    expect(hp(table.get(), "a")).toBe(20);
    socket.say(hpEvent(12, "a", 13));
    expect(hp(table.get(), "a")).toBe(13);
    expect(table.position).toEqual({ epoch: "e1", seq: 12 });
    expect(table.status.get().phase).toBe("live");
  });

  it("applies an event once, however often it comes", () => {
    const events: TableEvent[] = [];
    const { world, table } = start({ onEvent: (event) => events.push(event) });
    const socket = world.welcome(view("a"), 10);
    for (const frame of [hpEvent(11, "a", 13), hpEvent(11, "a", 13), hpEvent(9, "a", 1)]) socket.say(frame);
    expect(hp(table.get(), "a")).toBe(13);
    expect(events).toHaveLength(1);
  });

  it("moves on with heartbeats, since some events are for others", () => {
    const { world, table } = start();
    world.welcome(view("a"), 10).say({ type: "heartbeat", seq: 15 });
    expect(table.position?.seq).toBe(15);
  });

  it("comes back with its position and calls what it missed no news", () => {
    const news: boolean[] = [];
    const { world, table } = start({ onEvent: (_event, { replayed }) => news.push(replayed) });
    world.welcome(view("a"), 10).lose();
    world.pass(500);
    world.welcome(view("a"), 12, { resumed: true });
    expect(world.socket.sent[0]).toMatchObject({ type: "subscribe", since: { epoch: "e1", seq: 10 } });
    world.socket.say(hpEvent(12, "a", 9));
    world.socket.say(hpEvent(13, "a", 8));
    expect(news).toEqual([true, false]);
    expect(hp(table.get(), "a")).toBe(8);
  });

  it("tells rolls that a snapshot came instead of, each once, and shows the snapshot", () => {
    const told: [string, number, boolean?][] = [];
    const { world, table } = start({
      onEvent: (event, { replayed }) => told.push(["event", event.seq, replayed]),
      onSnapshot: (seq) => told.push(["snapshot", seq]),
    });
    const socket = world.welcome(view("a"), 10);
    const missed = [hpEvent(9, "a", 1), hpEvent(14, "a", 2), hpEvent(17, "a", 3)];
    socket.say({ type: "snapshot", seq: 20, state: view("b"), missed });
    expect(told).toEqual([["snapshot", 10], ["event", 14, true], ["event", 17, true], ["snapshot", 20]]);
    expect(table.get()).toEqual(view("b"));
    expect(table.position?.seq).toBe(20);
  });

  it("keeps showing the last state until a foreign log sends a fresh one", () => {
    const { world, table } = start();
    world.welcome(view("a"), 10).lose();
    expect(hp(table.get(), "a")).toBe(20);
    world.pass(500);
    world.socket.open();
    expect(hp(table.get(), "a")).toBe(20);
    world.welcome(view("b"), 3, { epoch: "e2" });
    expect(table.get()?.roster).toEqual(["b"]);
    expect(table.position).toEqual({ epoch: "e2", seq: 3 });
  });

  it("says that the token is about to end, and sends a newer one on the same line", () => {
    const told: string[] = [];
    const { world, table } = start({ onExpiring: (at) => told.push(at) });
    const socket = world.welcome(view("a"), 10);
    socket.say({ type: "expiring", expires_at: "2026-01-01T19:10:00Z" });
    expect(told).toEqual(["2026-01-01T19:10:00Z"]);
    table.refresh("newer");
    expect(socket.sent.at(-1)).toEqual({ type: "refresh", token: "newer" });
  });

  it("asks for a token before each connection, where it is given a way to", async () => {
    const tokens = ["first", "second"];
    const { world, table } = start({ token: () => Promise.resolve(tokens.shift() ?? null) });
    expect(world.sockets).toHaveLength(0);
    await Promise.resolve().then(() => undefined);
    world.welcome(view("a"), 10).lose();
    expect(world.socket.sent[0]).toMatchObject({ token: "first" });
    world.pass(500);
    await Promise.resolve().then(() => undefined);
    world.welcome(view("a"), 10, { resumed: true });
    expect(world.socket.sent[0]).toMatchObject({ token: "second", since: { seq: 10 } });
    expect(table.status.get().phase).toBe("live");
  });

  it("tries again where no token could be had, and opens nothing once it is closed", async () => {
    let answer = (_token: string): void => undefined;
    const tokens = [Promise.reject(new Error("away")), new Promise<string>((resolve) => (answer = resolve))];
    const { world, table } = start({ token: () => tokens.shift() ?? null });
    await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(null))));
    expect(table.status.get()).toMatchObject({ phase: "retrying", reason: "Error: away" });
    world.pass(500);
    table.close();
    answer("late");
    await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(null))));
    expect(world.sockets).toHaveLength(0);
  });

  it("asks for a fresh snapshot after 4010", () => {
    const { world } = start();
    const socket = world.welcome(view("a"), 10);
    socket.say({ type: "bye", code: 4010, reason: "resync", reconnect: true });
    socket.lose(4010);
    world.pass(500);
    world.socket.open();
    expect(world.socket.sent[0]).not.toHaveProperty("since");
  });

  it("tells when the server is another build than before", () => {
    const changed = vi.fn();
    const { world } = start({ onServerChange: changed });
    world.welcome(view("a"), 10).lose();
    world.pass(500);
    world.welcome(view("a"), 10, { server: "1.0.1", resumed: true });
    expect(changed).toHaveBeenCalledExactlyOnceWith("1.0.1", "1.0.0");
  });

  it("ignores messages of a later protocol and reports refused frames", () => {
    const problems: string[] = [];
    const { world, table } = start({ onProblem: (problem) => problems.push(problem.code) });
    const socket = world.welcome(view("a"), 10);
    socket.say({ type: "sparkles" });
    socket.say({ type: "error", error: { code: "invalid_request" } });
    expect(problems).toEqual(["invalid_request"]);
    expect(table.status.get().phase).toBe("live");
  });

  it("says a report again on each new connection", () => {
    const { world, table } = start();
    world.welcome(view("a"), 10);
    table.report({ on_air: true });
    world.socket.lose();
    world.pass(500);
    world.welcome(view("a"), 10, { resumed: true });
    expect(world.socket.sent).toContainEqual({ type: "report", on_air: true });
  });

  it("passes on who is connected", () => {
    const counts: number[] = [];
    const { world } = start({ onPresence: ({ total }) => counts.push(total) });
    world.welcome(view("a"), 10).say({ type: "presence", total: 3, clients: [] });
    expect(counts).toEqual([3]);
  });

  it("does not say everything again when a refreshed token brings a welcome", () => {
    const { world, table } = start();
    const socket = world.welcome(view("a"), 10);
    table.report({ on_air: true });
    void table.command("next_turn", {}).catch(() => undefined);
    const said = socket.sent.length;
    world.welcome(view("a"), 10, { resumed: true });
    expect(socket.sent.filter((frame) => frame.type !== "subscribe")).toHaveLength(said - 1);
  });

  it("sends a new token on the open socket and uses it for the next", () => {
    const { world, table } = start();
    world.welcome(view("a"), 10);
    table.refresh("t2");
    expect(world.socket.sent).toContainEqual({ type: "refresh", token: "t2" });
    world.socket.lose();
    world.pass(500);
    world.socket.open();
    expect(world.socket.sent[0]).toMatchObject({ token: "t2" });
  });

  it("calls subscribers at once, on each change, and no more after they left", () => {
    const { world, table } = start();
    const seen: (string[] | undefined)[] = [];
    const leave = table.subscribe((state) => seen.push(state?.roster));
    world.welcome(view("a"), 10);
    leave();
    world.socket.say(hpEvent(11, "a", 1));
    expect(seen).toEqual([undefined, ["a"]]);
  });
});

describe("addresses and ids", () => {
  it("keeps a base path and turns the scheme into the socket's", () => {
    expect(socketUrl("https://x.test/base/?q#h", "a b")).toBe("wss://x.test/base/v1/campaigns/a%20b/ws");
    expect(socketUrl("ws://127.0.0.1:8000", "k")).toBe("ws://127.0.0.1:8000/v1/campaigns/k/ws");
  });

  it("makes version 4 UUIDs where crypto.randomUUID is missing", () => {
    const plain = { getRandomValues: crypto.getRandomValues.bind(crypto) } as unknown as Crypto;
    expect(uuid(plain)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuid(plain)).not.toBe(uuid(plain));
  });
});
