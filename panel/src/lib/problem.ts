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
  const fields = (problem.errors ?? []).filter((error) => error.detail && error.detail !== problem.detail);
  const detail = ended(problem.detail || problem.title || "That did not work");
  const more = fields.length === 1 ? ` ${ended(capital(fields[0]!.detail))}` : "";
  const advice = later(problem) ?? ADVICE[problem.code];
  return detail + more + (advice && !more ? ` ${advice}` : "");
}

/** When to try again, where the server says so and it is worth a clock. */
function later(problem: Problem): string | null {
  const ms = problem["retry_after_ms"];
  if (typeof ms !== "number" || ms < 2_000) return null;
  const [size, unit] = ms < 90_000 ? [1_000, "seconds"] : ms < 5_400_000 ? [60_000, "minutes"] : [3_600_000, "hours"];
  return `Try again in ${Math.ceil(ms / size)} ${unit}.`;
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

/** Any thrown thing as a problem: a refusal's own, else "cannot be reached". */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Refused) return thrown.problem;
  if (thrown instanceof CommandError) return thrown.problem;
  return unreachable();
}
