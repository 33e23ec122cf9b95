/** What may be undone and redone, worked out from the log alone. */

import type { TableEvent } from "./model";

/** The events of one command, oldest first. */
export interface Group {
  readonly seq: number;
  readonly events: readonly TableEvent[];
}

/** Newest first; events of one command stand together under the first one's seq. */
export function grouped(events: readonly TableEvent[]): Group[] {
  const groups = new Map<number, TableEvent[]>();
  for (const event of [...events].sort((a, b) => a.seq - b.seq)) {
    const key = event.part_of ?? event.seq;
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups].map(([seq, members]) => ({ seq, events: members })).reverse();
}

/** Seqs of events that a later, still standing event has undone. */
export function cancelled(events: readonly TableEvent[]): Set<number> {
  const gone = new Set<number>();
  for (const event of [...events].sort((a, b) => b.seq - a.seq)) {
    if (event.undo_of && !gone.has(event.seq)) gone.add(event.undo_of);
  }
  return gone;
}

/** 0 did something, 1 undid it, 2 did it again, and so on. */
export function depth(event: TableEvent, bySeq: ReadonlyMap<number, TableEvent>): number {
  let found = 0;
  for (let at: TableEvent | undefined = event; at?.undo_of; at = bySeq.get(at.undo_of)) found += 1;
  return found;
}

export function indexed(events: readonly TableEvent[]): Map<number, TableEvent> {
  return new Map(events.map((event) => [event.seq, event]));
}

/** The group that Ctrl+Z takes back: the newest that stands and is not itself an undo. */
export function toUndo(events: readonly TableEvent[]): Group | null {
  const gone = cancelled(events);
  const bySeq = indexed(events);
  const stands = (group: Group): boolean => group.events.some((event) => !gone.has(event.seq));
  const groups = grouped(events).filter(stands);
  return groups.find((group) => depth(group.events[0]!, bySeq) % 2 === 0) ?? null;
}

/** The undo that a redo takes back: the newest that stands, unless something new was done since. */
export function toRedo(events: readonly TableEvent[]): Group | null {
  const gone = cancelled(events);
  const bySeq = indexed(events);
  for (const group of grouped(events)) {
    if (group.events.every((event) => gone.has(event.seq))) continue;
    const deep = depth(group.events[0]!, bySeq);
    if (deep % 2 === 1) return group;
    if (deep === 0) return null;
  }
  return null;
}
