/** The present second, ticking only while somebody reads it. */

import { createSubscriber } from "svelte/reactivity";

import type { Problem } from "../lib/model";
import { retryAt } from "../lib/problem";
import { secondsUntil } from "../lib/when";

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

export function now(): number {
  subscribe();
  return Date.now();
}

/** Seconds until the server takes another try, counting down; null where it did not ask to wait. */
export function waitFor(problem: Problem | null): number | null {
  const at = retryAt(problem);
  return at === null ? null : secondsUntil(at, now());
}
