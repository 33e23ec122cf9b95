/** Refusals in words: what went wrong, and what to do about it. */

import { CommandError } from "@tablecast/client";

import type { Problem } from "./model";

const ADVICE: Record<string, string> = {
  unauthenticated: "Sign in again.",
  forbidden: "Ask whoever runs the campaign or the server for that right.",
  not_found: "It may have been deleted meanwhile.",
  conflict: "Look at the current values, then try again.",
  too_many: "Wait a moment, then try again.",
  unavailable: "Try again in a moment.",
  timeout: "Trying again is safe: it happens once at most.",
  closed: "Reconnect, then try again.",
  internal: "Try again; if it keeps happening, tell the operator.",
};

/** Said whole, where the server's sentence speaks to a program. */
const INSTEAD: Record<string, string> = {
  reauthenticate: "You signed in a while ago. Sign out, sign in again, and do it then.",
  password_missing: "Your account has no password yet. Set one at Account, Ways in; then do this once more.",
};

/** A failed call, carrying the server's problem. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.code);
  }
}

export function made(code: string, detail: string, status = 0): Problem {
  return { code, title: detail, detail, status, errors: [] };
}

export function unreachable(): Problem {
  return made("unreachable", "The server can't be reached. Nothing was lost: try again when it is back.");
}

/** One sentence or two for the place where the control is. */
export function explain(problem: Problem): string {
  const instead = INSTEAD[problem.code];
  if (instead) return instead;
  const fields = (problem.errors ?? []).filter((error) => error.detail && error.detail !== problem.detail);
  const detail = ended(problem.detail || problem.title || "That did not work");
  const more = fields.length === 1 ? ` ${ended(capital(fields[0]!.detail))}` : "";
  const advice = later(problem) ?? ADVICE[problem.code];
  return detail + more + (advice && !more ? ` ${advice}` : "");
}

/** The same where a password was asked for: that it is wrong says what did not happen. */
export function passwordSaid(problem: Problem, wrong = "The password is wrong. Nothing was changed."): string {
  return problem.code === "forbidden" ? wrong : explain(problem);
}

/** A wait that is worth a clock. */
const LEAST_WAIT_MS = 2_000;

/** When to try again, where the server says so and it is worth a clock. */
function later(problem: Problem): string | null {
  const ms = problem["retry_after_ms"];
  return typeof ms === "number" && ms >= LEAST_WAIT_MS ? `Try again in ${span(Math.ceil(ms / 1_000))}.` : null;
}

/** "43 seconds", "5 minutes", "2 hours": rounded up, so that nobody comes too early. */
export function span(seconds: number): string {
  const [size, unit] = seconds < 90 ? [1, "second"] : seconds < 5_400 ? [60, "minute"] : [3_600, "hour"];
  const count = Math.ceil(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** The same with the moment from which another try is taken, where it says how long to wait. */
function timed(problem: Problem): Problem {
  const ms = problem["retry_after_ms"];
  if (typeof ms !== "number" || ms < LEAST_WAIT_MS || "retry_at" in problem) return problem;
  return { ...problem, retry_at: Date.now() + ms };
}

/** Milliseconds since 1970 from which another try is taken; null where nobody has to wait. */
export function retryAt(problem: Problem | null): number | null {
  const at = problem?.["retry_at"];
  return typeof at === "number" ? at : null;
}

/** The same without how long to wait: for where that is counted down beside it. */
export function untimed(problem: Problem): Problem {
  return retryAt(problem) === null ? problem : { ...problem, code: "waiting", retry_after_ms: null };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Messages by field: the pointer's path without a leading `/data` or `/fields`, joined by dots. */
export function byField(problem: Problem): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { pointer, detail } of problem.errors ?? []) {
    const path = pointer.replace(/^\?/, "").split("/").filter(Boolean);
    while (path[0] === "data" || path[0] === "fields" || path[0] === "body") path.shift();
    found[path.join(".")] ??= capital(detail);
  }
  return found;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}

/** Any thrown thing as a problem: a refusal's own, else "cannot be reached". To be asked when it comes: a wait begins. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Refused) return timed(thrown.problem);
  if (thrown instanceof CommandError) return timed(thrown.problem);
  return unreachable();
}
