import { beforeEach, describe, expect, it } from "vitest";

import { qrOf } from "../src/lib/qr";
import { bare, codeFault, recoveryFault } from "../src/lib/typed";
import { opened } from "../src/state/entrance";
import { Accounts } from "../src/state/accounts.svelte";
import { Factor } from "../src/state/factor.svelte";
import { Answers } from "./answers";

const PLACE = "/users/me/second-factor";
const OFF = { enabled: false, enabled_at: null, recovery_codes_left: 0, needed: false };
const ON = { enabled: true, enabled_at: "2026-11-20T19:42:07.512Z", recovery_codes_left: 10, needed: false };

describe("one's second factor", () => {
  let answers: Answers;
  let factor: Factor;

  beforeEach(() => {
    answers = new Answers().on(`GET ${PLACE}`, OFF);
    factor = new Factor(answers.rest);
  });

  it("is begun with the password, and on with a code of it", async () => {
    await factor.load();
    expect(factor.standing?.enabled).toBe(false);
    answers.on(`POST ${PLACE}`, { secret: "ABCD", otpauth_uri: "otpauth://totp/x" }, { status: 201 });
    await factor.begin("secret");
    expect([answers.sent, factor.begun?.secret]).toEqual([{ password: "secret" }, "ABCD"]);
    answers.on(`POST ${PLACE}/confirm`, { recovery_codes: ["a", "b"] }).on(`GET ${PLACE}`, ON);
    await factor.confirm("123456");
    expect([answers.sent, factor.codes, factor.begun]).toEqual([{ code: "123456" }, ["a", "b"], null]);
    expect(factor.standing?.enabled).toBe(true);
    factor.putAway();
    expect(factor.codes).toBeNull();
  });

  it("stays begun where a code was wrong, and is nothing where it is given up", async () => {
    answers.on(`POST ${PLACE}`, { secret: "ABCD", otpauth_uri: "otpauth://totp/x" }, { status: 201 });
    await factor.begin("secret");
    answers.refuse(`POST ${PLACE}/confirm`, "invalid", "wrong", 422);
    await expect(factor.confirm("123456")).rejects.toMatchObject({ problem: { code: "invalid" } });
    expect(factor.begun?.secret).toBe("ABCD");
    factor.giveUp();
    expect(factor.begun).toBeNull();
  });

  it("is off with the password and either code", async () => {
    answers.on(`POST ${PLACE}/disable`, null, { status: 204 });
    await factor.disable("secret", { recovery_code: "A".repeat(24) });
    expect(answers.sent).toEqual({ password: "secret", recovery_code: "A".repeat(24) });
    answers.on(`POST ${PLACE}/recovery-codes`, { recovery_codes: ["c"] });
    await factor.renew("secret", "123456");
    expect([answers.sent, factor.codes]).toEqual([{ password: "secret", code: "123456" }, ["c"]]);
  });

  it("says why it is not known how it is", async () => {
    answers.refuse(`GET ${PLACE}`, "unavailable", "busy", 503);
    await factor.load();
    expect([factor.standing, factor.calls.problem("standing")?.code]).toEqual([null, "unavailable"]);
    answers.on(`GET ${PLACE}`, ON);
    await factor.load();
    expect([factor.standing?.enabled, factor.calls.problem("standing")]).toEqual([true, null]);
  });

  it("is on until whoever lost it follows the link that was mailed to them", async () => {
    const mira = { id: "u1", username: "mira", roles: [], second_factor: true };
    answers.on("GET /users?limit=50", [mira]).on("DELETE /users/u1/second-factor", null, { status: 202 });
    const accounts = new Accounts(answers.rest);
    await accounts.find();
    expect(await accounts.mailFactorLink(accounts.list![0]!)).toBe(true);
    expect(accounts.list?.[0]?.second_factor).toBe(true);
  });
});

describe("codes", () => {
  it("are checked before they are sent, with what to do", () => {
    expect([bare("123 456"), bare("ABCD-EFGH")]).toEqual(["123456", "ABCDEFGH"]);
    expect([codeFault("123 456"), recoveryFault("abcd-efgh-ijkl-mnop-qrst-uvwx")]).toEqual([null, null]);
    expect(codeFault("")).toContain("shows now");
    expect(codeFault("12345a")).toContain("six digits");
    expect(recoveryFault(" ")).toContain("one of your recovery codes");
    expect(recoveryFault("A".repeat(23))).toContain("24");
    expect(recoveryFault("0".repeat(24))).toContain("0 and 1");
  });

  it("of a provider's sign-in come by the fragment", () => {
    expect(opened("#second-factor=mfa_x")).toMatchObject({ name: "second-factor", secret: "mfa_x" });
  });
});

describe("a QR code", () => {
  /** Which modules the path paints. */
  function painted({ size, path }: ReturnType<typeof qrOf>): boolean[][] {
    const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
    for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      for (let step = 0; step < Number(run); step += 1) dark[Number(y)]![Number(x) + step] = true;
    }
    return dark;
  }

  it("has its three corners, and light around it", () => {
    const drawing = qrOf("otpauth://totp/Tablecast:mira?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tablecast");
    const dark = painted(drawing);
    const edge = [...dark.slice(0, 4), ...dark.slice(-4), ...dark.map((row) => [...row.slice(0, 4), ...row.slice(-4)])];
    expect(edge.flat()).not.toContain(true);
    const corner = (x: number, y: number) => dark.slice(y, y + 7).map((row) => row.slice(x, x + 7).map(Number).join(""));
    const finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];
    const far = drawing.size - 4 - 7;
    for (const [x, y] of [[4, 4], [far, 4], [4, far]] as const) expect(corner(x, y)).toEqual(finder);
  });
});
