/** A lock for pages without one of the browser's, as on plain http: a lease in the storage that its tabs share. */

import { uuid } from "@tablecast/client";

import type { Shelf } from "./credential";

/** A tab that died with the lease holds up the others for so long: a request's own deadline, and a little. */
export const TERM_MS = 16_000;
/** What one tab writes another one reads a moment later; whoever wrote last before that has the lease. */
export const SETTLE_MS = 60;
export const LOOK_MS = 40;
const KEY = "tablecast.person.turn";

export interface Tab {
  now(): number;
  wait(ms: number): Promise<void>;
  shelf: Shelf;
}

/** Run it while no other tab runs its own; after `patienceMs` all the same. */
export async function leased<T>(tab: Tab, patienceMs: number, run: () => Promise<T>): Promise<T> {
  const name = uuid();
  const until = tab.now() + patienceMs;
  while (tab.now() < until && !(await take(tab, name))) await tab.wait(LOOK_MS);
  try {
    return await run();
  } finally {
    if (holder(tab) === name) tab.shelf.removeItem(KEY);
  }
}

async function take(tab: Tab, name: string): Promise<boolean> {
  if (holder(tab) !== null) return false;
  tab.shelf.setItem(KEY, JSON.stringify({ name, until: tab.now() + TERM_MS }));
  await tab.wait(SETTLE_MS);
  return holder(tab) === name;
}

/** Who has it; null where nobody has, or no longer. */
function holder({ shelf, now }: Tab): string | null {
  try {
    const { name, until } = JSON.parse(shelf.getItem(KEY) ?? "{}") as { name?: string; until?: number };
    return name && until && until > now() && until <= now() + TERM_MS ? name : null;
  } catch {
    return null; // not ours
  }
}
