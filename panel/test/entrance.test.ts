import { describe, expect, it, vi } from "vitest";

import { Rest } from "../src/api/rest";
import { emailFault, passwordFault, strengthOf, usernameFault } from "../src/lib/typed";
import { made, Refused } from "../src/lib/problem";
import { ENTRANCES, opened, waitsForFactor } from "../src/state/entrance";
import { Submission } from "../src/state/submission.svelte";

describe("pages outside of a campaign", () => {
  it("are named by the fragment, with the secret that a link brings", () => {
    expect(opened("#sign-up")).toMatchObject({ name: "sign-up", secret: null });
    expect(opened("#sign-up=a_b-c=")?.secret).toBe("a_b-c=");
    expect(opened("")).toBeNull();
    expect(opened("#constructor")).toBeNull();
  });

  it("wait for a second factor where everyone needs one, but for what leads there", () => {
    const free = Object.keys(ENTRANCES).filter((name) => !waitsForFactor(opened(`#${name}`)!));
    for (const name of ["verify", "reset", "forgot", "email", "undo-email", "new-email", "sign-in"]) expect(free).toContain(name);
    for (const name of ["account", "security", "users", "invite", "groups", "data"]) expect(free).not.toContain(name);
  });

  it("have names that no page of a campaign has, and none that signs in with a token", () => {
    for (const taken of ["token", "table", "order", "log", "layout", "overlay", "episodes", "settings"]) {
      expect(Object.keys(ENTRANCES)).not.toContain(taken);
    }
  });
});

describe("calls with a proof that ends", () => {
  const answers = (...statuses: number[]) =>
    vi.fn(() => Promise.resolve(new Response(statuses[0] === 204 ? null : "{}", { status: statuses.shift()! })));

  it("are asked once more with a newer one, and no more than once", async () => {
    const proof = { headers: async () => ({ Authorization: "Bearer x" }), renew: vi.fn(async () => true) };
    const fetcher = answers(401, 200);
    await new Rest(proof, fetcher).get("/users/me");
    expect(fetcher).toHaveBeenCalledTimes(2);
    await expect(new Rest(proof, answers(401, 401, 200)).get("/users/me")).rejects.toBeInstanceOf(Refused);
    expect(proof.renew).toHaveBeenCalledTimes(2);
  });

  it("are not repeated with a token that stays what it is", async () => {
    const fetcher = answers(401);
    await expect(new Rest("adm_x", fetcher).get("/session")).rejects.toBeInstanceOf(Refused);
    expect(fetcher).toHaveBeenCalledTimes(1);
  });
});

describe("what a person types", () => {
  it("is checked before it is sent, with what to do", () => {
    expect(usernameFault("mira_9.x")).toBeNull();
    expect(usernameFault("-mira")).toBe("Begin with a letter or a digit.");
    expect(usernameFault("mira@x")).toContain("letters without accents");
    expect(usernameFault("m")).toContain("at least 2");
    expect(emailFault("mira")).toContain("whole address");
    expect(emailFault("mira@example.org")).toBeNull();
    expect(passwordFault("1234567")).toBe("Use at least 8 characters; this one has 7.");
    expect(passwordFault("🐉".repeat(128))).toBeNull();
    expect(passwordFault("🐉".repeat(129))).toContain("at most 128");
  });

  it("gets a hint at a password's strength by its length, and none for repeating oneself", () => {
    expect(strengthOf("").step).toBe(0);
    expect(strengthOf("short").step).toBe(1);
    expect(strengthOf("aaaaaaaaaaaaaaaaaaaa").step).toBe(1);
    expect(strengthOf("twelve chars").step).toBe(2);
    expect(strengthOf("three words and more").step).toBe(3);
  });
});

describe("a form on its way", () => {
  const taken = { ...made("already_exists", "That name is taken", 409) };

  it("says at the field what is wrong with it, and above the form what belongs to none", async () => {
    const form = new Submission(["username"]);
    const refuse = (errors: { pointer: string; detail: string }[]) => () =>
      Promise.reject(new Refused({ ...taken, errors }));
    await form.send(refuse([{ pointer: "/username", detail: "somebody else has it" }]));
    expect([form.wrong, form.failure]).toEqual([{ username: "Somebody else has it" }, null]);
    await form.send(refuse([{ pointer: "/secret", detail: "of another page" }]));
    expect(form.failure).toContain("That name is taken");
  });

  it("asks nobody about what is missing, and is sent once however often it is pressed", async () => {
    const form = new Submission(["username"]);
    expect(form.refuse({ username: "Choose one." })).toBe(true);
    expect(form.wrong).toEqual({ username: "Choose one." });
    const run = vi.fn(() => Promise.resolve());
    expect(await Promise.all([form.send(run), form.send(run)])).toEqual([true, false]);
    expect([run.mock.calls.length, form.wrong, form.busy]).toEqual([1, {}, false]);
  });
});
