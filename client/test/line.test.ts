import { describe, expect, it } from "vitest";
import { ASKED_CAP_MS, CAP_MS, comesBack, delay, follow, type Phase } from "../src";
import { FakeWorld } from "../src/testing";
import { view } from "./fixtures";

function start() {
  const world = new FakeWorld();
  const phases: Phase[] = [];
  const onStatus = ({ phase }: { phase: Phase }): void => void (phases.at(-1) === phase || phases.push(phase));
  const table = follow({ url: "http://table.test", campaign: "dusk", environment: world, onStatus });
  return { world, table, phases };
}

describe("waiting before the next try", () => {
  it("is anywhere between nothing and a doubling bound, never above the cap", () => {
    expect(delay(0, () => 1)).toBe(500);
    expect(delay(3, () => 1)).toBe(4000);
    expect(delay(3, () => 0)).toBe(0);
    expect(delay(500, () => 1)).toBe(CAP_MS);
  });

  it("is at least what the server asked for, longer than its own cap too, but not without end", () => {
    expect(delay(0, () => 0, 2000)).toBe(2000);
    expect(delay(9, () => 1, 2000)).toBe(2500);
    expect(delay(0, () => 0, 60_000)).toBe(60_000);
    expect(delay(0, () => 0, 10 ** 9)).toBe(ASKED_CAP_MS);
  });
});

describe("how a connection ends", () => {
  it.each([1000, 1001, 1006, 1011, 1012, 4000, 4001, 4008, 4010, 4099])("%i comes back", (code) => {
    const { world, table } = start();
    world.welcome(view("a"), 1).lose(code, "why");
    expect(table.status.get()).toMatchObject({ phase: "retrying", code, reason: "why" });
    world.pass(CAP_MS);
    expect(world.sockets).toHaveLength(4);
    expect(comesBack(code)).toBe(true);
  });

  it.each([4400, 4401, 4403, 4404, 4408, 4409, 4429, 4499])("%i stops and says why", (code) => {
    const { world, table } = start();
    world.welcome(view("a"), 1);
    world.socket.say({ type: "bye", code, reason: "no such thing", reconnect: false });
    world.socket.lose(code);
    expect(table.status.get()).toMatchObject({ phase: "stopped", code, reason: "no such thing" });
    world.wake();
    world.pass(10 * CAP_MS);
    expect(world.sockets).toHaveLength(1);
  });

  it("follows the server's word where it differs from the code's range", () => {
    const { world, table } = start();
    world.welcome(view("a"), 1);
    world.socket.say({ type: "bye", code: 4429, reason: "slow down", reconnect: true, retry_after_ms: 5000 });
    world.socket.lose(4429);
    expect(table.status.get().phase).toBe("retrying");
    world.pass(4999);
    expect(world.sockets).toHaveLength(1);
    world.pass(501);
    expect(world.sockets).toHaveLength(2);
  });

  it("keeps to a whole minute, after which the server counts anew", () => {
    const { world } = start();
    world.socket.open();
    world.socket.say({ type: "bye", code: 4429, reason: "too many", reconnect: true, retry_after_ms: 60_000 });
    world.socket.lose(4429);
    world.pass(59_999);
    expect(world.sockets).toHaveLength(1);
    world.pass(501);
    expect(world.sockets).toHaveLength(2);
  });

  it("waits longer each time while there is no server", () => {
    const { world } = start();
    world.chance = 1;
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const before = world.now();
      const count = world.sockets.length;
      world.socket.lose();
      while (world.sockets.length === count) world.pass(100);
      waits.push(world.now() - before);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  });

  it("starts with the shortest wait again only after it was live for a while", () => {
    const { world, table } = start();
    world.chance = 1;
    for (let i = 0; i < 4; i += 1) {
      world.socket.lose();
      world.pass(500 * 2 ** i);
    }
    world.welcome(view("a"), 1).lose();
    expect(table.status.get().retryAt! - world.now()).toBe(8000);
    world.pass(8000);
    world.welcome(view("a"), 1);
    world.pass(15_000);
    world.socket.lose();
    expect(table.status.get().retryAt! - world.now()).toBe(500);
  });
});

describe("watching the line", () => {
  it("calls a late heartbeat stale and recovers when it comes", () => {
    const { world, table } = start();
    world.welcome(view("a"), 1);
    world.pass(24_000);
    expect(table.status.get().phase).toBe("stale");
    world.socket.say({ type: "heartbeat", seq: 1 });
    world.pass(1000);
    expect(table.status.get().phase).toBe("live");
  });

  it("opens a new connection when the server stays silent, and closes the old", () => {
    const { world, phases } = start();
    world.welcome(view("a"), 1);
    world.pass(31_000);
    expect(world.sockets).toHaveLength(2);
    expect(world.sockets[0]?.closed).toBe(true);
    expect(phases).toEqual(["live", "stale", "retrying"]);
  });

  it("gives up a try that is never welcomed", () => {
    const { world, table } = start();
    world.socket.open();
    world.pass(10_000);
    expect(table.status.get().phase).toBe("retrying");
  });

  it("tries at once when the network or the page comes back", () => {
    const { world } = start();
    world.chance = 1;
    for (let i = 0; i < 7; i += 1) {
      world.socket.lose();
      world.pass(CAP_MS);
    }
    const tries = world.sockets.length;
    world.socket.lose();
    world.wake();
    expect(world.sockets).toHaveLength(tries + 1);
  });

  it("finds out on waking that the line died in its sleep", () => {
    const { world, table } = start();
    world.welcome(view("a"), 1);
    world.sleep(3_600_000);
    world.wake();
    expect(table.status.get().phase).toBe("retrying");
  });

  it("hears nothing more of a connection that it gave up", () => {
    const { world, table } = start();
    const old = world.welcome(view("a"), 1);
    world.pass(31_000);
    world.welcome(view("b"), 1);
    old.say({ type: "snapshot", seq: 99, state: view("z") });
    old.lose(4401);
    expect(table.get()?.roster).toEqual(["b"]);
    expect(table.status.get().phase).toBe("live");
  });

  it("stays stopped once it was closed, until a new token starts it again", () => {
    const { world, table } = start();
    world.welcome(view("a"), 1);
    table.close();
    world.pass(CAP_MS);
    expect(table.status.get().phase).toBe("stopped");
    expect(world.sockets).toHaveLength(1);
    table.refresh("t2");
    world.welcome(view("a"), 1, { resumed: true });
    expect(table.status.get().phase).toBe("live");
  });

  it("tries now when it is told to, stopped or waiting, and leaves a live line alone", () => {
    const { world, table } = start();
    world.socket.lose(4404);
    table.retry();
    expect(world.sockets).toHaveLength(2);
    world.welcome(view("a"), 1);
    table.retry();
    expect(world.sockets).toHaveLength(2);
    world.socket.lose();
    table.retry();
    expect(world.sockets).toHaveLength(3);
  });

  it("reconnects when the server sends what is not JSON", () => {
    const { world, table } = start();
    world.welcome(view("a"), 1).onmessage?.({ data: "<html>" });
    expect(table.status.get().phase).toBe("retrying");
  });
});
