import { describe, expect, it } from "vitest";

import { begun, doing, done, failed, failureAt, turned } from "../src/lib/pending";
import { made } from "../src/lib/problem";

const ask = (id: string, control = "hp:m") => ({ id, control, name: "damage", what: "7 damage" });

describe("what is under way", () => {
  it("is sending while there is a connection and waiting without one", () => {
    const online = begun([], ask("a"), true);
    expect(doing(online, "hp:m")).toBe("sending");
    expect(doing(turned(online, false), "hp:m")).toBe("waiting");
    expect(doing(begun([], ask("a"), false), "hp:m")).toBe("waiting");
    expect(doing(online, "hp:other")).toBe("idle");
    expect(doing(online, "hp:m", "heal")).toBe("idle");
  });

  it("is over when it is acknowledged", () => {
    expect(doing(done(begun([], ask("a"), true), "a"), "hp:m")).toBe("idle");
  });

  it("keeps its failure at the control until the next try there", () => {
    const pending = failed(begun([], ask("a"), true), "a", made("conflict", "No"));
    expect(failureAt(pending, "hp:m")?.problem?.detail).toBe("No");
    expect(doing(turned(pending, false), "hp:m")).toBe("failed");
    const next = begun(pending, ask("b"), true);
    expect(failureAt(next, "hp:m")).toBeNull();
    expect(doing(next, "hp:m")).toBe("sending");
  });

  it("counts each ask by itself", () => {
    const two = begun(begun([], ask("a"), true), ask("b"), true);
    expect(doing(done(two, "a"), "hp:m")).toBe("sending");
  });
});
