import { describe, expect, it } from "vitest";
import { CommandError, DEADLINE_MS, follow, MAX_PENDING } from "../src";
import { WINDOW } from "../src/commands";
import { EVERY_MS } from "../src/pace";
import { FakeWorld } from "../src/testing";
import { hpEvent, view } from "./fixtures";

/** What one socket of the server takes: `FRAMES_BURST` and `FRAMES_PER_S` in `server/kernel/limits`. */
const SERVER_BURST = 60;
const SERVER_PER_S = 10;
const HIT = { character_id: "a", amount: 7 };

function start() {
  const world = new FakeWorld();
  const table = follow({ url: "http://table.test", campaign: "dusk", environment: world });
  return { world, table };
}

const refusal = (promise: Promise<unknown>): Promise<CommandError> =>
  promise.then(
    () => Promise.reject(new Error("it was not refused")),
    (error: unknown) => error as CommandError,
  );

describe("commands", () => {
  it("answer with the seq of what they became", async () => {
    const { world, table } = start();
    const socket = world.welcome(view("a"), 10);
    const answer = table.command("damage", HIT, { expect_seq: 10 });
    expect(socket.commands()).toEqual([{ type: "command", id: "c1", name: "damage", data: HIT, expect_seq: 10 }]);
    socket.say({ type: "result", id: "c1", ok: true, seq: 11 });
    expect(await answer).toEqual({ id: "c1", seq: 11 });
  });

  it("are refused with the server's problem", async () => {
    const { world, table } = start();
    const socket = world.welcome(view("a"), 10);
    const answer = refusal(table.command("damage", HIT));
    const said = { code: "rule_refused", detail: "The dead stay dead" };
    const error = { ...said, type: "urn:x", title: "Refused", status: 422, errors: [], request_id: null };
    socket.say({ type: "result", id: "c1", ok: false, error });
    const refused = await answer;
    expect(refused.code).toBe("rule_refused");
    expect(refused.message).toBe("The dead stay dead");
  });

  it("longer than the server reads are refused here, in bytes", async () => {
    const { world, table } = start();
    const socket = world.welcome(view("a"), 10);
    const long = await refusal(table.command("announce", { name: "x", data: { text: "é".repeat(33_000) } }));
    expect(long.code).toBe("too_large");
    expect(socket.commands()).toEqual([]);
  });

  it("given before the welcome are sent after it, in order", () => {
    const { world, table } = start();
    void table.command("damage", HIT).catch(() => undefined);
    void table.command("heal", HIT).catch(() => undefined);
    world.welcome(view("a"), 10);
    expect(world.socket.commands().map((frame) => frame.name)).toEqual(["damage", "heal"]);
  });

  it("are sent again with the same id when the connection was lost before the answer", async () => {
    const { world, table } = start();
    world.welcome(view("a"), 10);
    const answer = table.command("damage", HIT);
    const [first] = world.socket.commands();
    world.socket.lose();
    world.pass(500);
    world.welcome(view("a"), 11, { resumed: true });
    expect(world.socket.commands()).toEqual([first]);
    world.socket.say({ type: "result", id: "c1", ok: true, seq: 11 });
    expect((await answer).seq).toBe(11);
  });

  it("are not sent again once they were answered", async () => {
    const { world, table } = start();
    world.welcome(view("a"), 10);
    const answer = table.command("damage", HIT);
    world.socket.say({ type: "result", id: "c1", ok: true, seq: 11 });
    await answer;
    world.socket.lose();
    world.pass(500);
    world.welcome(view("a"), 11, { resumed: true });
    expect(world.socket.commands()).toEqual([]);
  });

  it("find a dead line within seconds instead of waiting for the heartbeat", () => {
    const { world, table } = start();
    world.welcome(view("a"), 10);
    void table.command("damage", HIT).catch(() => undefined);
    world.pass(4_500);
    expect(world.sockets).toHaveLength(2);
  });

  it("leave a line alone that still says something", () => {
    const { world, table } = start();
    world.welcome(view("a"), 10);
    void table.command("damage", HIT).catch(() => undefined);
    for (let seq = 11; seq < 18; seq += 1) {
      world.pass(2_000);
      world.socket.say(hpEvent(seq, "a", 5));
    }
    expect(world.sockets).toHaveLength(1);
  });

  it("are given up after their deadline", async () => {
    const { world, table } = start();
    const answer = refusal(table.command("damage", HIT));
    world.pass(DEADLINE_MS);
    expect((await answer).code).toBe("timeout");
  });

  it("are refused at once when stopped, and those on their way with it", async () => {
    const { world, table } = start();
    world.welcome(view("a"), 10);
    const onItsWay = refusal(table.command("damage", HIT));
    world.socket.lose(4403, "not allowed");
    expect((await onItsWay).code).toBe("closed");
    expect((await refusal(table.command("damage", HIT))).message).toBe("not allowed");
  });

  it("are bounded in number, and one id is on its way only once", async () => {
    const { world, table } = start();
    const socket = world.welcome(view("a"), 10);
    void table.command("damage", HIT, { id: "same" }).catch(() => undefined);
    expect((await refusal(table.command("damage", HIT, { id: "same" }))).code).toBe("busy");
    for (let i = 1; i < MAX_PENDING; i += 1) void table.command("damage", HIT).catch(() => undefined);
    expect((await refusal(table.command("damage", HIT))).code).toBe("busy");
    expect(socket.commands()).toHaveLength(WINDOW);
  });

  it("that waited go on a new connection in windows, the next as answers come in", () => {
    const { world, table } = start();
    for (let i = 0; i < MAX_PENDING; i += 1) void table.command("damage", HIT).catch(() => undefined);
    const socket = world.welcome(view("a"), 10);
    expect(socket.commands()).toHaveLength(WINDOW);
    socket.say({ type: "result", id: "c1", ok: true, seq: 11 });
    expect(socket.commands().map((frame) => frame.id)).toEqual(Array.from({ length: WINDOW + 1 }, (_, i) => `c${i + 1}`));
  });

  it("never outrun a server that answers at once, and all of them arrive in order", () => {
    const { world, table } = start();
    const given = 120;
    for (let i = 0; i < given; i += 1) void table.command("damage", HIT).catch(() => undefined);
    const socket = world.welcome(view("a"), 10);
    const started = world.now();
    for (let answered = 0; answered < given; answered += 1) {
      if (answered === socket.commands().length) world.pass(EVERY_MS);
      const frame = socket.commands()[answered];
      if (!frame) throw new Error("nothing came in time");
      socket.say({ type: "result", id: String(frame.id), ok: true, seq: 11 + answered });
      const allowed = SERVER_BURST + ((world.now() - started) / 1000) * SERVER_PER_S;
      expect(socket.sent.length).toBeLessThanOrEqual(allowed);
    }
    expect(socket.commands().map((frame) => frame.id)).toEqual(Array.from({ length: given }, (_, i) => `c${i + 1}`));
  });
});
