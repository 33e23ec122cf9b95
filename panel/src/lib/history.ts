/** The log as steps: what a command did, whether it stands, and what undoing or redoing it would take back. */

import type { TableEvent } from "./model";

export interface Step {
  /** The first event's seq: what `undo` is asked for, and the key of the row. */
  readonly seq: number;
  /** The events of one command, oldest first. */
  readonly events: readonly TableEvent[];
  /** Whether it was undone (and not redone since). */
  readonly undone: boolean;
  /** What to undo in order to turn it over: itself, its undo, that one's redo … */
  readonly turn: number;
  /** The last event that turned it over; null while nobody did. */
  readonly turned: TableEvent | null;
}

/** Newest first. Undoing and redoing are no steps of their own, where what they turned over is at hand. */
export function steps(events: readonly TableEvent[]): Step[] {
  const sorted = [...events].sort((a, b) => a.seq - b.seq);
  const bySeq = new Map(sorted.map((event) => [event.seq, event]));
  const groups = grouped(sorted);
  const turns = new Map<number, { turn: number; by: TableEvent; undone: boolean }>();
  const found: Step[] = [];
  for (const [seq, members] of groups) {
    const root = rootOf(members[0]!, bySeq);
    if (root === null || root.event === members[0])
      found.push({ seq, events: members, undone: false, turn: seq, turned: null });
    else turns.set(groupOf(root.event), { turn: seq, by: members[0]!, undone: root.depth % 2 === 1 });
  }
  return found.map((step) => turnedOver(step, turns.get(step.seq))).reverse();
}

function turnedOver(step: Step, turn: { turn: number; by: TableEvent; undone: boolean } | undefined): Step {
  return turn ? { ...step, turn: turn.turn, turned: turn.by, undone: turn.undone } : step;
}

function groupOf(event: TableEvent): number {
  return event.part_of ?? event.seq;
}

function grouped(events: readonly TableEvent[]): Map<number, TableEvent[]> {
  const groups = new Map<number, TableEvent[]>();
  for (const event of events) groups.set(groupOf(event), [...(groups.get(groupOf(event)) ?? []), event]);
  return groups;
}

/** What an undo of an undo of … goes back to, and how many there are; null where that is not loaded. */
function rootOf(
  event: TableEvent,
  bySeq: ReadonlyMap<number, TableEvent>,
): { event: TableEvent; depth: number } | null {
  let at = event;
  let depth = 0;
  while (at.undo_of) {
    const before = bySeq.get(at.undo_of);
    if (!before) return null;
    at = before;
    depth += 1;
  }
  return { event: at, depth };
}

/**
 * Whether there is anything to take back: a roll or an announcement changed nothing, and the making of the campaign is
 * not undone. Both would be refused.
 */
export function changed({ events }: Step): boolean {
  const [first] = events;
  if (first?.type === "campaign" && first.data["action"] === "created") return false;
  return events.some(({ data }) => Object.keys(data.after ?? {}).length > 0);
}

/** What Ctrl+Z takes back: the newest step that stands and changed something. */
export function toUndo(all: readonly Step[]): Step | null {
  return all.find((step) => !step.undone && !step.events[0]?.undo_of && changed(step)) ?? null;
}

/** What a redo brings back: the step undone last, unless something new was done since. */
export function toRedo(all: readonly Step[]): Step | null {
  const undone = all.filter((step) => step.undone);
  const last = undone.reduce<Step | null>((best, step) => (best && best.turn > step.turn ? best : step), null);
  const since = all.some((step) => !step.undone && last !== null && step.seq > last.turn && changed(step));
  return since ? null : last;
}
