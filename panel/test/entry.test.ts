import { describe, expect, it } from "vitest";

import { amountOf, EMPTY, erased, fromText, typed } from "../src/lib/entry";

const after = (keys: string) => [...keys].reduce(typed, EMPTY);

describe("the amount being typed", () => {
  it("takes at most four digits, without leading zeros", () => {
    expect(after("12").digits).toBe("12");
    expect(after("99999").digits).toBe("9999");
    expect(after("007").digits).toBe("7");
    expect(after("1a").digits).toBe("1");
  });

  it("is nothing until there is something to do", () => {
    expect(amountOf(EMPTY)).toBeNull();
    expect(amountOf(after("0"))).toBeNull();
    expect(amountOf(after("30"))).toBe(30);
  });

  it("gives back digit by digit", () => {
    expect(erased(after("12")).digits).toBe("1");
    expect(erased(EMPTY).digits).toBe("");
  });

  it("keeps only digits of what a field holds, and whether it is critical", () => {
    expect(fromText({ digits: "", critical: true }, " -012 hp")).toEqual({ digits: "12", critical: true });
  });
});
