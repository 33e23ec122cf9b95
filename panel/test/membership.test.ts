import { beforeEach, describe, expect, it } from "vitest";

import { everything } from "../src/api/pages";
import { byLink, called, CAMPAIGN_ROLES, ends, grantable, notLess, roleWord, used } from "../src/lib/roles";
import { Calls } from "../src/state/calls.svelte";
import { Invitations } from "../src/state/invitations.svelte";
import { type Member, Members } from "../src/state/members.svelte";
import { Rights } from "../src/state/rights.svelte";
import { SeatedGroups } from "../src/state/seated-groups.svelte";
import { useful, WIDE } from "../src/shell/nav";
import { Answers } from "./answers";

function member(user_id: string, role: string, changes: Partial<Member> = {}): Member {
  return {
    user_id,
    username: user_id,
    full_name: null,
    role,
    character_ids: [],
    since: "2026-01-01T00:00:00Z",
    ...changes,
  };
}

const ann = member("ann", "owner", { full_name: "Ann of the Gate" });
const bo = member("bo", "player", { character_ids: ["c1"] });
const NOW = Date.parse("2026-01-01T00:00:00Z");
const after = (ms: number): string => new Date(NOW + ms).toISOString();

describe("people in words", () => {
  it("calls somebody by their full name where there is one", () => {
    expect(called(ann)).toBe("Ann of the Gate");
    expect(called(bo)).toBe("bo");
    expect(called({ username: "cy", full_name: "  " })).toBe("cy");
  });

  it("lets only an owner make owners, and a link never", () => {
    const keys = (roles: readonly { key: string }[]): string[] => roles.map(({ key }) => key);
    expect(keys(grantable(CAMPAIGN_ROLES, "owner"))).toContain("owner");
    expect(keys(grantable(CAMPAIGN_ROLES, "gm"))).not.toContain("owner");
    expect(keys(byLink(CAMPAIGN_ROLES))).toEqual(["gm", "moderator", "player", "viewer"]);
    expect(roleWord("gm")).toBe("Game master");
    expect(roleWord("later")).toBe("later");
  });

  it("says how long an invitation lives and how often it was used", () => {
    expect(ends(after(90_000), NOW)).toBe("in 2 min");
    expect(ends(after(5 * 3_600_000), NOW)).toBe("in 5 h");
    expect(ends(after(7 * 86_400_000), NOW)).toBe("in 7 days");
    expect(ends(after(-1), NOW)).toBe("over");
    expect([used(0, 1), used(1, 1), used(2, 5), used(0, null), used(1, null), used(3, null)]).toEqual([
      "for one person",
      "used",
      "used 2 of 5 times",
      "not used yet",
      "used once",
      "used 3 times",
    ]);
  });
});

describe("calls", () => {
  it("are made once at a place, and keep why they were refused until the next", async () => {
    const calls = new Calls();
    const answers = new Answers().refuse("GET /x", "forbidden", "Not you");
    const first = calls.run("x", () => answers.rest.get("/x"));
    expect(calls.doing("x")).toBe("sending");
    expect(await calls.run("x", () => answers.rest.get("/x"))).toBe(false);
    expect(await first).toBe(false);
    expect(answers.asked).toHaveLength(1);
    expect([calls.doing("x"), calls.problem("x")?.detail, calls.problem("y")]).toEqual(["failed", "Not you", null]);
    answers.on("GET /x", {});
    expect(await calls.run("x", () => answers.rest.get("/x"))).toBe(true);
    expect(calls.doing("x")).toBe("idle");
  });
});

describe("reading", () => {
  it("is done once more where it was asked for meanwhile: the first answer may be from before", async () => {
    const answers = new Answers().on("GET /groups/g/members", [bo]);
    const members = new Members(answers.rest, "/groups/g");
    const first = members.load();
    answers.on("GET /groups/g/members", [bo, ann]);
    await Promise.all([members.load(), members.load(), first]);
    expect([answers.asked.length, members.list?.length]).toEqual([2, 2]);
  });
});

describe("lists in pages", () => {
  it("are read to the end", async () => {
    const answers = new Answers().on("GET /a", [1, 2], { next: "/a?cursor=2" }).on("GET /a?cursor=2", [3]);
    expect(await everything(answers.rest, "/a")).toEqual([1, 2, 3]);
  });

  it("that never end are given up", async () => {
    const answers = new Answers().on("GET /a", [1], { next: "/a" });
    expect((await everything(answers.rest, "/a")).length).toBe(50);
  });
});

describe("what a group gives", () => {
  it("is the least that somebody can be made", () => {
    expect(notLess(CAMPAIGN_ROLES, "player").map(({ key }) => key)).toEqual(["owner", "gm", "player"]);
    expect(notLess(byLink(CAMPAIGN_ROLES), "viewer")).toHaveLength(4);
  });
});

describe("members", () => {
  let answers: Answers;
  let members: Members;

  beforeEach(async () => {
    answers = new Answers().on("GET /campaigns/c/members", [bo, ann]);
    members = new Members(answers.rest, "/campaigns/c");
    await members.load();
  });

  it("are listed by what they are called, and know who plays whom", () => {
    expect(members.shown.map(({ user_id }) => user_id)).toEqual(["ann", "bo"]);
    expect(members.playerOf("c1")?.user_id).toBe("bo");
    expect(members.playerOf("c2")).toBeNull();
  });

  it("keep their last owner", () => {
    expect([members.isLastOwner(ann), members.isLastOwner(bo)]).toEqual([true, false]);
  });

  it("get another role, and the list is what the server then says", async () => {
    answers.on("PATCH /campaigns/c/members/bo", {}).on("GET /campaigns/c/members", [ann, member("bo", "gm")]);
    expect(await members.give(bo, "gm")).toBe(true);
    expect(answers.sent).toEqual({ role: "gm" });
    expect(members.list?.map(({ role }) => role)).toEqual(["owner", "gm"]);
  });

  it("stay as they were where the server refuses, which is said at their place", async () => {
    answers.refuse("DELETE /campaigns/c/members/ann", "conflict", "The last owner can't go", 409);
    expect(await members.remove(ann)).toBe(false);
    expect(members.calls.problem("gone:ann")?.detail).toBe("The last owner can't go");
    expect(members.list).toHaveLength(2);
  });

  it("leave without asking for a list that they may not see any more", async () => {
    answers.on("DELETE /campaigns/c/members/bo", null);
    expect(await members.leave(bo)).toBe(true);
    expect(answers.asked.at(-1)).toBe("DELETE /campaigns/c/members/bo");
  });

  it("are given a character, and nobody is", async () => {
    answers.on("PUT /campaigns/c/characters/c2/player", {}).on("DELETE /campaigns/c/characters/c1/player", null);
    await members.cast("c2", "bo");
    expect(answers.sent).toEqual({ user_id: "bo" });
    await members.cast("c1", null);
    expect(answers.asked).toContain("DELETE /campaigns/c/characters/c1/player");
  });
});

describe("invitations", () => {
  const link = { id: "i1", role: "player", username: null, expires_at: after(1), uses: 0, max_uses: 1, void: false };

  it("show the link of the one that was just made, until it is revoked", async () => {
    const answers = new Answers()
      .on("POST /groups/g/invitations", { ...link, url: "http://here/panel/#invite=x", token: "x" })
      .on("GET /groups/g/invitations", [link])
      .on("DELETE /groups/g/invitations/i1", null);
    const invitations = new Invitations(answers.rest, "/groups/g");
    expect(await invitations.make({ role: "member", max_uses: 1 })).toBe(true);
    expect(invitations.link).toEqual({ id: "i1", url: "http://here/panel/#invite=x" });
    answers.on("GET /groups/g/invitations", []);
    await invitations.revoke(link);
    expect([invitations.link, invitations.list]).toEqual([null, []]);
  });

  it("show no link that was used up meanwhile", async () => {
    const answers = new Answers().on("POST /groups/g/invitations", { ...link, url: "http://here/#invite=x" });
    const invitations = new Invitations(answers.on("GET /groups/g/invitations", [link]).rest, "/groups/g");
    await invitations.make({ role: "member" });
    answers.on("GET /groups/g/invitations", []);
    await invitations.load();
    expect(invitations.link).toBeNull();
  });

  it("by name have no link", async () => {
    const answers = new Answers()
      .on("POST /campaigns/c/invitations", { ...link, username: "bo", url: null, token: null })
      .on("GET /campaigns/c/invitations", [link]);
    const invitations = new Invitations(answers.rest, "/campaigns/c");
    await invitations.make({ role: "player", username: "bo" });
    expect([invitations.link, invitations.list?.length]).toEqual([null, 1]);
  });
});

describe("rights", () => {
  const mayPlay = (rights: Rights, id: string): boolean => rights.mayTo("play_character", id);
  const standing = { role: "player", character_ids: ["c1"], verbs: ["read"], own_verbs: ["play_character"] };

  it("to own characters are only those that the role has there", async () => {
    const viewer = { ...standing, role: "viewer", own_verbs: [] };
    const rights = new Rights(new Answers().on("GET /campaigns/c/me", viewer).rest, "c");
    await rights.load("viewer");
    expect(mayPlay(rights, "c1")).toBe(false);
  });

  it("of a player end at their own characters", async () => {
    const rights = new Rights(new Answers().on("GET /campaigns/c/me", standing).rest, "c");
    await rights.load("player");
    expect([mayPlay(rights, "c1"), mayPlay(rights, "c2"), rights.may("run_table")]).toEqual([true, false, false]);
  });

  it("are those of the greeting while nothing better is known: who runs the table never waits", async () => {
    const rights = new Rights(new Answers().refuse("GET /campaigns/c/me", "unavailable", "Later", 503).rest, "c");
    expect(rights.may("run_table")).toBe(false);
    await rights.load("gm");
    expect([rights.may("run_table"), mayPlay(rights, "c2")]).toEqual([true, true]);
    await rights.load("player");
    expect([rights.may("run_table"), mayPlay(rights, "c2")]).toEqual([false, false]);
  });

  it("that were taken away are gone at once, even where the new ones can't be read", async () => {
    const answers = new Answers().on("GET /campaigns/c/me", { ...standing, role: "gm", verbs: ["run_table"] });
    const rights = new Rights(answers.rest, "c");
    await rights.load("gm");
    answers.refuse("GET /campaigns/c/me", "unavailable", "Later", 503);
    await rights.load("viewer");
    expect([rights.role, rights.may("run_table")]).toEqual(["viewer", false]);
  });

  it("open the pages that are of use", async () => {
    const pages = (verbs: readonly string[]): string[] =>
      useful(WIDE, (verb) => verbs.includes(verb)).map(({ page }) => page);
    expect(pages([])).toEqual(["table", "settings"]);
    expect(pages(["arrange", "run_table", "manage_tokens", "see_members"])).toEqual(WIDE.map(({ page }) => page));
  });
});

describe("groups at a table", () => {
  it("are those with a seat, and one's own without", async () => {
    const answers = new Answers()
      .on("GET /campaigns/c/groups", [{ group_id: "g1", name: "Friday", role: "player" }])
      .on("GET /groups", [
        { id: "g1", name: "Friday" },
        { id: "g2", name: "Sunday" },
      ])
      .on("PUT /campaigns/c/groups/g2", {});
    const groups = new SeatedGroups(answers.rest, "c");
    await groups.load();
    expect(groups.others.map(({ name }) => name)).toEqual(["Sunday"]);
    await groups.seat("g2", "viewer");
    expect(answers.sent).toEqual({ role: "viewer" });
  });

  it("are shown to a token too, which has no groups of its own", async () => {
    const answers = new Answers().on("GET /campaigns/c/groups", []).refuse("GET /groups", "forbidden", "Only people");
    const groups = new SeatedGroups(answers.rest, "c");
    expect(await groups.load()).toBe(true);
    expect([groups.list, groups.others]).toEqual([[], []]);
  });
});
