/** What the tabs of one browser share: a lock, and news. */

import { browser } from "@tablecast/client";

import { leased } from "./lease";
import type { News, World } from "./passport";
import { Rest } from "./rest";

const NAME = "tablecast.person";
/** A tab that hangs with the lock must not hold up the others for longer than a request may take. */
const PATIENCE_MS = 20_000;

const TAB = { now: () => Date.now(), wait, shelf: localStorage };

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The browser's lock exists only in secure contexts: on plain http, which a table at home uses, a lease stands in. */
async function alone<T>(run: () => Promise<T>): Promise<T> {
  if (!("locks" in navigator)) return leased(TAB, PATIENCE_MS, run);
  let began = false;
  const begin = (): Promise<T> => {
    began = true;
    return run();
  };
  try {
    return (await navigator.locks.request(NAME, { signal: AbortSignal.timeout(PATIENCE_MS) }, begin)) as T;
  } catch (thrown) {
    if (began) throw thrown;
    return run();
  }
}

export function tabs(): World {
  const { now, after, onWake } = browser();
  const channel = new BroadcastChannel(NAME);
  return {
    now,
    after,
    onWake,
    alone,
    refresh: () => new Rest(null).send("POST", "/auth/refresh", {}),
    tell: (news: News) => channel.postMessage(news),
    onNews: (hear) => (channel.onmessage = ({ data }: MessageEvent<News>) => hear(data)),
    shelf: localStorage,
  };
}
