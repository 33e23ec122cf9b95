import type { Status } from "@tablecast/client";
import { describe, expect, it } from "vitest";
import { isOver, secondChance } from "../src/patience";

const stopped = (code: number | null): Status => ({ phase: "stopped", since: 0, reason: null, code, retryAt: null });

describe("a second chance", () => {
  it.each([4408, 4409, 4429])("comes within a minute and a half after %i", (code) => {
    expect(secondChance(stopped(code), () => 0)).toBe(30_000);
    expect(secondChance(stopped(code), () => 1)).toBe(90_000);
  });

  it.each([4400, 4401, 4403, 4404, null])("never comes after %s: the answer would be the same", (code) => {
    expect(secondChance(stopped(code), () => 0)).toBeNull();
  });

  it("is not needed while the kit comes back by itself", () => {
    expect(secondChance({ ...stopped(4409), phase: "retrying" }, () => 0)).toBeNull();
  });
});

describe("a link", () => {
  it.each([4401, 4403, 4404])("is over with %i: nothing may be shown any more", (code) => {
    expect(isOver(stopped(code))).toBe(true);
  });

  it.each([4408, 4409, 4429, null])("still counts after %s: the last true picture stays", (code) => {
    expect(isOver(stopped(code))).toBe(false);
    expect(isOver({ ...stopped(code), phase: "retrying", code: 4401 })).toBe(false);
  });
});
