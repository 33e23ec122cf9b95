import { beforeEach, describe, expect, it } from "vitest";

import openapi from "../../docs/openapi.json?raw";
import { AUDIT_WORDS, auditWord, detailsSaid } from "../src/lib/audit";
import { Accounts } from "../src/state/accounts.svelte";
import {
  keepInvitation,
  keptInvitation,
  LinkedInvitation,
  type NamedOffer,
  OwnInvitations,
} from "../src/state/asked.svelte";
import { Audit, EVERYTHING, queryOf } from "../src/state/audit.svelte";
import { Groups } from "../src/state/groups.svelte";
import { Roles } from "../src/state/roles.svelte";
import { Answers } from "./answers";
import { drawer } from "./tables";

const mira = { id: "u1", username: "mira", full_name: null, disabled: false, roles: [] };
const row = mira as unknown as import("../src/state/accounts.svelte").AccountRow;

describe("accounts", () => {
  let answers: Answers;
  let accounts: Accounts;

  beforeEach(() => {
    answers = new Answers().on("GET /users?limit=50", [mira], { next: "/users?limit=50&cursor=u1" });
    accounts = new Accounts(answers.rest);
  });

  it("are found by a part of a name, page after page", async () => {
    answers.on("GET /users?limit=50&cursor=u1", [{ ...mira, id: "u2" }]);
    await accounts.find();
    await accounts.more();
    expect([accounts.list?.map(({ id }) => id), accounts.next]).toEqual([["u1", "u2"], null]);
    answers.on("GET /users?limit=50&query=m%26r", []);
    accounts.query = " m&r ";
    await accounts.find();
    expect(accounts.list).toEqual([]);
  });

  it("of a search that was overtaken are dropped", async () => {
    answers.on("GET /users?limit=50&query=x", [{ ...mira, id: "x" }]);
    const first = accounts.find();
    accounts.query = "x";
    await Promise.all([accounts.find(), first]);
    expect(accounts.list?.map(({ id }) => id)).toEqual(["x"]);
  });

  it("are shown as the server has them after a change", async () => {
    answers.on("PATCH /users/u1", {}).on("GET /users/u1", { ...mira, disabled: true });
    answers.on("POST /users/u1/roles", {}).on("DELETE /users/u1/roles/r1", null);
    await accounts.find();
    expect(await accounts.disable(row, true)).toBe(true);
    expect([answers.sent, accounts.list?.[0]?.disabled]).toEqual([{ disabled: true }, true]);
    await accounts.give(row, "r1");
    expect(answers.sent).toEqual({ role_id: "r1" });
    await accounts.take(row, "r1");
    expect(answers.asked).toContain("DELETE /users/u1/roles/r1");
  });

  it("are made for somebody, and are what is in sight then", async () => {
    const person = { email: "sorrel@example.org", username: "sorrel" };
    answers.on("POST /users", { ...mira, id: "u9" }, { status: 201 });
    answers.on("GET /users?limit=50&query=sorrel", [{ ...mira, id: "u9", username: "sorrel" }]);
    await accounts.find();
    await accounts.make(person);
    expect([answers.sent, accounts.query, accounts.list?.map(({ id }) => id)]).toEqual([person, "sorrel", ["u9"]]);
  });

  it("that could not be made leave the list as it is", async () => {
    answers.refuse("POST /users", "already_exists", "somebody else has it", 409);
    await accounts.find();
    await expect(accounts.make({ email: "sorrel@example.org", username: "sorrel" })).rejects.toThrow();
    expect([accounts.query, accounts.list?.length]).toEqual(["", 1]);
  });

  it("stay in the list until they are deleted", async () => {
    await accounts.find();
    answers.refuse("DELETE /users/u1", "conflict", "The last administrator stays", 409);
    expect(await accounts.remove(row)).toBe(false);
    expect([accounts.list?.length, accounts.calls.problem("gone:u1")?.status]).toEqual([1, 409]);
    answers.on("DELETE /users/u1", null, { status: 204 });
    expect(await accounts.remove(row)).toBe(true);
    expect(accounts.list).toEqual([]);
  });
});

describe("roles", () => {
  const user = { id: "r3", name: "user", description: "", built_in: true, permissions: ["campaigns.create"] };
  const host = { id: "r9", name: "host", description: "Hosts", built_in: false, permissions: [] };
  const text = { name: "host", description: "Hosts", permissions: [] };

  it("are made and changed; what everybody has is given to nobody", async () => {
    const answers = new Answers().on("GET /roles", [user, host]).on("GET /permissions", []);
    const roles = new Roles(answers.rest);
    await roles.load();
    expect(roles.grantable).toEqual([host]);
    answers.on("POST /roles", host).on("PATCH /roles/r9", host).on("DELETE /roles/r9", null);
    expect([await roles.save(null, text), await roles.save("r9", text), await roles.remove(host)]).toEqual([
      true,
      true,
      true,
    ]);
    expect(answers.asked.filter((call) => !call.startsWith("GET"))).toEqual([
      "POST /roles",
      "PATCH /roles/r9",
      "DELETE /roles/r9",
    ]);
  });

  it("are made of permissions, of which programs may bring their own", async () => {
    const own = { name: "scenes.write", description: "x", built_in: false };
    const answers = new Answers().on("GET /roles", []).on("GET /permissions", [own]).on("POST /permissions", own);
    const roles = new Roles(answers.on("DELETE /permissions/scenes.write", null).rest);
    await roles.addPermission("scenes.write", "x");
    expect(roles.permissions).toEqual([own]);
    expect(await roles.removePermission(own)).toBe(true);
  });
});

describe("groups", () => {
  it("are made, renamed and deleted", async () => {
    const friday = { id: "g1", name: "Friday", role: "owner" };
    const answers = new Answers().on("GET /groups", [friday]).on("POST /groups", friday);
    const groups = new Groups(answers.on("PATCH /groups/g1", friday).on("DELETE /groups/g1", null).rest);
    await groups.make("Friday");
    expect(groups.list).toEqual([friday]);
    await groups.rename(friday, "Saturday");
    expect(answers.sent).toEqual({ name: "Saturday" });
    expect(await groups.remove(friday)).toBe(true);
  });
});

describe("an invitation", () => {
  const offer = {
    kind: "campaign",
    name: "The Road",
    role: "player",
    invited_by: "ann",
    expires_at: "2026-01-08T00:00:00Z",
  };

  it("by link is looked at by anybody, and accepted by a person", async () => {
    const answers = new Answers().on("POST /invitations/look", offer);
    const invitation = new LinkedInvitation(answers.rest, "t");
    await invitation.look();
    expect([invitation.offer?.name, answers.sent]).toEqual(["The Road", { token: "t" }]);
    answers.on("POST /invitations/accept", { campaign: "c", role: "player" });
    expect(await invitation.accept(answers.rest)).toEqual({ campaign: "c", role: "player" });
  });

  it("that is over says so", async () => {
    const answers = new Answers().refuse("POST /invitations/look", "not_found", "It ended", 404);
    const invitation = new LinkedInvitation(
      answers.refuse("POST /invitations/accept", "not_found", "x", 404).rest,
      "t",
    );
    expect(await invitation.look()).toBe(false);
    expect(invitation.calls.problem("look")?.detail).toBe("It ended");
    expect(await invitation.accept(answers.rest)).toBeNull();
  });

  it("by name waits until it is accepted or declined", async () => {
    const named = { ...offer, id: "i1" } as NamedOffer;
    const answers = new Answers().on("GET /users/me/invitations", [named]);
    const own = new OwnInvitations(answers.rest);
    await own.load();
    expect(own.list).toEqual([named]);
    answers.on("POST /users/me/invitations/i1/accept", { campaign: "c", role: "player" });
    answers.on("POST /users/me/invitations/i1/decline", null).on("GET /users/me/invitations", []);
    expect((await own.accept(named))?.campaign).toBe("c");
    expect(await own.decline(named)).toBe(true);
    expect(own.list).toEqual([]);
  });

  it("is kept while somebody signs in first", () => {
    const tab = drawer();
    keepInvitation(tab, "t");
    expect(keptInvitation(tab)).toBe("t");
    keepInvitation(tab, null);
    expect(keptInvitation(tab)).toBeNull();
  });
});

describe("the audit log", () => {
  it("asks for whole days, and for nothing that was not filled in", () => {
    expect(queryOf(EVERYTHING).toString()).toBe("");
    const query = queryOf({ ...EVERYTHING, name: "authz_fail", who: " u1 ", from: "2026-01-02", to: "2026-01-02" });
    const span = Date.parse(query.get("until") ?? "") - Date.parse(query.get("since") ?? "");
    expect([query.get("name"), query.get("who"), query.get("target"), span]).toEqual([
      "authz_fail",
      "u1",
      null,
      86_400_000,
    ]);
  });

  it("is read page after page, and exported with the same filter", async () => {
    const answers = new Answers().on("GET /audit?limit=50", [{ seq: 9 }], { next: "/audit?limit=50&cursor=9" });
    const audit = new Audit(answers.on("GET /audit?limit=50&cursor=9", [{ seq: 8 }]).rest, "/audit");
    await audit.find();
    await audit.more();
    expect(audit.list?.map(({ seq }) => seq)).toEqual([9, 8]);
    answers.on("GET /audit?name=user_created&limit=50", []);
    await audit.find({ ...EVERYTHING, name: "user_created" });
    expect(audit.exportPath("csv")).toBe("/audit/export?name=user_created&format=csv");
  });

  it("has a word for everything that the server writes down", () => {
    const { paths } = JSON.parse(openapi) as { paths: Record<string, { get: { parameters: { name: string }[] } }> };
    const name = paths["/v1/audit"]?.get.parameters.find((parameter) => parameter.name === "name");
    const names = /"enum":(\[[^\]]+\])/.exec(JSON.stringify(name))?.[1] ?? "[]";
    expect(Object.keys(AUDIT_WORDS).sort()).toEqual((JSON.parse(names) as string[]).sort());
  });

  it("is told in words", () => {
    expect([auditWord("authn_login_fail"), auditWord("quite_new")]).toEqual([
      AUDIT_WORDS["authn_login_fail"],
      "quite new",
    ]);
    expect(detailsSaid({ from_role: "gm", to: null, times: 3, fields: ["a", "b"] })).toBe(
      "from role: gm, times: 3, fields: a and b",
    );
  });
});
