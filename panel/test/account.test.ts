import type { DeviceOut } from "@tablecast/client";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { Passport, type World } from "../src/api/passport";
import { Rest } from "../src/api/rest";
import { kindOf, programSaid } from "../src/lib/devices";
import { Account } from "../src/state/account.svelte";
import { Devices } from "../src/state/devices.svelte";
import { drawer, signedIn } from "./tables";

type Answers = Record<string, { status: number; body?: unknown }>;

/** A server that answers each `METHOD /path` as it is told, and keeps what it was asked. */
function server(answers: Answers) {
  const asked: { what: string; body: unknown; proof: string | null }[] = [];
  const fetcher = async (path: string, init: RequestInit): Promise<Response> => {
    const what = `${init.method} ${path.replace("/v1", "")}`;
    const proof = new Headers(init.headers).get("authorization");
    asked.push({ what, body: init.body ? JSON.parse(String(init.body)) : null, proof });
    const { status, body } = answers[what] ?? { status: 404, body: { code: "not_found", errors: [] } };
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  };
  return { asked, fetcher };
}

function world(): World {
  return {
    now: () => 1_000,
    after: () => () => undefined,
    onWake: () => () => undefined,
    refresh: () => Promise.resolve(signedIn("renewed")),
    alone: (run) => run(),
    tell: () => undefined,
    onNews: () => undefined,
    shelf: drawer(),
  };
}

function account(answers: Answers, passport = new Passport(world())) {
  const { asked, fetcher } = server(answers);
  return { asked, account: new Account(passport, (proof) => new Rest(proof, fetcher)) };
}

describe("the account", () => {
  it("signs in and up, and asks as that person from then on", async () => {
    const { asked, account: mine } = account({
      "POST /auth/login": { status: 200, body: signedIn("a") },
      "GET /users/me": { status: 200, body: { ...signedIn("a").user, full_name: "Mira of the Road" } },
    });
    mine.onEnter = vi.fn();
    expect(mine.phase).toBe("out");
    await mine.signIn("mira", "secret");
    expect([mine.phase, mine.user?.username, asked[0]?.body]).toEqual(["in", "mira", { login: "mira", password: "secret" }]);
    expect(mine.onEnter).toHaveBeenCalledOnce();
    await mine.look();
    expect([asked[1]?.proof, mine.user?.full_name]).toEqual(["Bearer a", "Mira of the Road"]);
  });

  it("is not in before a second factor was shown, and keeps nothing of the first step", async () => {
    const { asked, account: mine } = account({
      "POST /auth/login": { status: 202, body: { second_factor_token: "mfa_x", expires_in: 300, methods: ["code"] } },
      "POST /auth/login/second-factor": { status: 200, body: signedIn("a") },
    });
    expect(await mine.signIn("mira", "secret")).toBe("mfa_x");
    expect([mine.phase, mine.passport.isKept]).toEqual(["out", false]);
    await mine.showFactor("mfa_x", { code: "123456" });
    expect([mine.phase, asked[1]?.body]).toEqual(["in", { second_factor_token: "mfa_x", code: "123456" }]);
  });

  it("knows whether one has a password, of this person and no other", async () => {
    const { asked, account: mine } = account({
      "POST /auth/login": { status: 200, body: signedIn("a") },
      "GET /users/me": { status: 200, body: { permissions: ["users.read"], has_password: false } },
    });
    await mine.signIn("mira", "secret");
    expect(mine.hasPassword).toBeNull();
    await mine.learnRights();
    await mine.learnRights();
    expect([mine.hasPassword, mine.may("users.read"), asked.length]).toEqual([false, true, 2]);
    mine.passport.drop();
    expect([mine.hasPassword, mine.permissions]).toEqual([null, null]);
  });

  it("is out only once the server knows, or says that nobody was in", async () => {
    const passport = new Passport(world());
    passport.take(signedIn("a"));
    const away = account({ "POST /auth/logout": { status: 502 } }, passport).account;
    await expect(away.signOut()).rejects.toMatchObject({ problem: { code: "unreachable" } });
    expect(passport.access).not.toBeNull();
    const gone = { status: 401, body: { code: "unauthenticated", errors: [] } };
    await account({ "POST /auth/logout": gone }, passport).account.signOut();
    expect(passport.access).toBeNull();
  });

  it("knows who has to switch on a second factor first, and when that is done", async () => {
    const answers: Answers = {
      "POST /auth/login": { status: 200, body: signedIn("a") },
      "GET /users/me": { status: 200, body: { ...signedIn("a").user, permissions: [], must_enrol: true } },
    };
    const mine = account(answers).account;
    await mine.signIn("mira", "secret");
    await mine.learnRights();
    expect(mine.mustEnrol).toBe(true);
    answers["GET /users/me"]!.body = { ...signedIn("a").user, permissions: ["campaigns.create"], must_enrol: false };
    await mine.learnRights(true);
    expect([mine.mustEnrol, mine.may("campaigns.create")]).toEqual([false, true]);
  });

  it("looks for whoever was here before, and says so where the server is away", async () => {
    const outside = world();
    outside.shelf.setItem("tablecast.person", "mira");
    outside.refresh = vi.fn(outside.refresh).mockRejectedValueOnce(new TypeError("network"));
    const mine = account({}, new Passport(outside)).account;
    expect(mine.phase).toBe("asking");
    await mine.open();
    expect([mine.phase, mine.problem?.code]).toEqual(["lost", "unreachable"]);
    await mine.open();
    expect([mine.phase, mine.user?.username]).toEqual(["in", "mira"]);
  });
});

describe("devices", () => {
  const device = (id: string): DeviceOut => ({
    id,
    current: id === "d1",
    program: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    address: null,
    kept_in: "cookie",
    created_at: "2026-01-01T19:00:00Z",
    last_used_at: "2026-01-01T19:00:00Z",
    idle_until: "2026-01-08T19:00:00Z",
    expires_at: "2026-01-31T19:00:00Z",
  });
  let devices: Devices;

  beforeEach(async () => {
    const { fetcher } = server({
      "GET /users/me/sessions": { status: 200, body: [device("d1"), device("d2"), device("d3")] },
      "DELETE /users/me/sessions/d2": { status: 204 },
      "DELETE /users/me/sessions": { status: 503, body: { code: "unavailable", errors: [] } },
    });
    devices = new Devices(new Account(new Passport(world()), (proof) => new Rest(proof && "x", fetcher)));
    await devices.load();
  });

  it("are listed, and leave the list when they are signed out, also where they had left by themselves", async () => {
    expect(await devices.end(device("d2"), "Firefox")).toBe(true);
    expect([devices.said, devices.list?.map(({ id }) => id)]).toEqual(["Firefox was signed out.", ["d1", "d3"]]);
    expect(await devices.end(device("d3"), "Firefox")).toBe(true);
    expect(devices.list).toHaveLength(1);
  });

  it("stay where the server refuses, with its reason", async () => {
    expect(await devices.endAll()).toBe(false);
    expect([devices.calls.problem("all")?.code, devices.list?.length]).toEqual(["unavailable", 3]);
  });

  it("wait for the password where the server wants it, and go on with it", async () => {
    const wanted = { status: 403, body: { code: "reauthenticate", errors: [] } };
    const answers: Answers = { "DELETE /users/me/sessions/d2": wanted, "DELETE /users/me/sessions": wanted };
    const { asked, account: mine } = account(answers);
    const late = new Devices(mine);
    expect(await late.end(device("d2"), "Firefox")).toBe(false);
    expect([late.calls.problem("d2"), late.waiting === null]).toEqual([null, false]);
    answers["DELETE /users/me/sessions/d2"] = { status: 403, body: { code: "forbidden", errors: [] } };
    await expect(late.prove("wrong")).rejects.toMatchObject({ problem: { code: "forbidden" } });
    expect(late.waiting === null).toBe(false);
    answers["DELETE /users/me/sessions/d2"] = { status: 204 };
    await late.prove("right");
    expect([late.waiting, late.said]).toEqual([null, "Firefox was signed out."]);
    expect(asked.map(({ body }) => body)).toEqual([null, { password: "wrong" }, { password: "right" }]);
    await late.endAll();
    late.giveUp();
    expect(late.waiting).toBeNull();
    await late.endAll();
    answers["DELETE /users/me/sessions"] = { status: 204 };
    await late.prove("right");
    expect(asked.at(-1)).toMatchObject({ what: "DELETE /users/me/sessions", body: { password: "right" } });
  });

  it("have names that people know", () => {
    const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
    expect(programSaid(device("d1").program)).toBe("Firefox on Linux");
    expect(programSaid(chrome)).toBe("Chrome on Windows");
    expect(programSaid(`${chrome} Edg/140.0`)).toBe("Edge on Windows");
    expect(programSaid("curl/8.5.0")).toBe("curl");
    expect(programSaid("")).toBe("Unknown program");
    expect([chrome, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)", "curl/8.5.0"].map(kindOf)).toEqual(["laptop", "phone", "program"]);
  });
});
