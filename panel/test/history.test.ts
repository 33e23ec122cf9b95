import { describe, expect, it } from "vitest";

import { changed, steps, toRedo, toUndo } from "../src/lib/history";
import { event } from "./tables";

const undo = (seq: number, of: number) => event(seq, { undo_of: of });

describe("steps of the log", () => {
  it("keeps what one command did together, newest first", () => {
    const log = [event(1), event(2, { part_of: 2 }), event(3, { part_of: 2 }), event(4)];
    expect(steps(log).map(({ seq, events }) => [seq, events.length])).toEqual([
      [4, 1],
      [2, 2],
      [1, 1],
    ]);
  });

  it("shows an undo at what it took back, and asks to undo the undo next", () => {
    const [second, first] = steps([event(1), event(2), undo(3, 2)]);
    expect(second).toMatchObject({ seq: 2, undone: true, turn: 3 });
    expect(first).toMatchObject({ seq: 1, undone: false, turn: 1 });
  });

  it("counts through undo, redo and undo again", () => {
    expect(steps([event(1), undo(2, 1), undo(3, 2)])[0]).toMatchObject({ undone: false, turn: 3 });
    expect(steps([event(1), undo(2, 1), undo(3, 2), undo(4, 3)])[0]).toMatchObject({ undone: true, turn: 4 });
  });

  it("turns a group over as one", () => {
    const log = [
      event(5, { part_of: 5 }),
      event(6, { part_of: 5 }),
      event(7, { part_of: 7, undo_of: 6 }),
      event(8, { part_of: 7, undo_of: 5 }),
    ];
    expect(steps(log)).toHaveLength(1);
    expect(steps(log)[0]).toMatchObject({ seq: 5, undone: true, turn: 7 });
  });

  it("shows an undo by itself where what it took back is not loaded", () => {
    expect(steps([undo(90, 12)])[0]).toMatchObject({ seq: 90, undone: false, turn: 90 });
  });
});

describe("undo and redo by key", () => {
  it("goes back step by step and forward again", () => {
    const log = [event(1), event(2)];
    expect(toUndo(steps(log))?.seq).toBe(2);
    expect(toRedo(steps(log))).toBeNull();
    log.push(undo(3, 2));
    expect(toUndo(steps(log))?.seq).toBe(1);
    expect(toRedo(steps(log))?.seq).toBe(2);
    log.push(undo(4, 1));
    expect(toUndo(steps(log))).toBeNull();
    expect(toRedo(steps(log))?.turn).toBe(4);
    log.push(undo(5, 4));
    expect(toRedo(steps(log))?.turn).toBe(3);
  });

  it("passes over the making of the campaign, which is not undone", () => {
    const made = event(1, { type: "campaign", data: { before: {}, after: { campaign: {} }, action: "created" } });
    expect([toUndo(steps([made])), changed(steps([made])[0]!)]).toEqual([null, false]);
  });

  it("passes over what changed nothing", () => {
    const roll = event(3, { type: "roll", data: { before: {}, after: {} } });
    expect(toUndo(steps([event(1), event(2), roll]))?.seq).toBe(2);
    expect(toRedo(steps([event(1), undo(2, 1), roll]))?.seq).toBe(1);
    expect(changed(steps([roll])[0]!)).toBe(false);
  });

  it("has nothing to redo once something new was done", () => {
    expect(toRedo(steps([event(1), undo(2, 1), event(3)]))).toBeNull();
  });
});
