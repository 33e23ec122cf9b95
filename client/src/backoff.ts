/** How long to wait before the next try. Full jitter: a thousand overlays do not come back in step. */

export const BASE_MS = 500;
export const CAP_MS = 30_000;
/** The longest that a server is waited for on its word: it asks for a minute at most, and a slip must not end a show. */
export const ASKED_CAP_MS = 120_000;

/** `attempt` counts from 0. What the server asks for is kept, up to `ASKED_CAP_MS`; the first step's jitter comes on top. */
export function delay(attempt: number, random: () => number, retryAfterMs?: number | null): number {
  if (retryAfterMs !== undefined && retryAfterMs !== null) {
    return Math.min(Math.max(0, retryAfterMs), ASKED_CAP_MS) + random() * BASE_MS;
  }
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16));
}

/** 4400-4499 are answers, not accidents: the same request would get the same one. All else comes back. */
export function comesBack(code: number): boolean {
  return code < 4400 || code > 4499;
}
