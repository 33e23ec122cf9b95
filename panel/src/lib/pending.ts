/** What is under way, per control. A control is a name such as `hp:<character>`; it says itself how it is doing. */

import type { Problem } from "./model";

export interface Ask {
  readonly id: string;
  readonly control: string;
  /** The command's name: which of a control's buttons it was. */
  readonly name: string;
  readonly state: "sending" | "waiting" | "failed";
  /** What the person did, in words: "12 damage to Mira". */
  readonly what: string;
  readonly problem: Problem | null;
}

export type Pending = readonly Ask[];

export function begun(pending: Pending, ask: Omit<Ask, "problem" | "state">, online: boolean): Pending {
  const others = pending.filter((one) => one.control !== ask.control || one.state !== "failed");
  return [...others, { ...ask, state: online ? "sending" : "waiting", problem: null }];
}

export function done(pending: Pending, id: string): Pending {
  return pending.filter((ask) => ask.id !== id);
}

export function failed(pending: Pending, id: string, problem: Problem): Pending {
  return pending.map((ask) => (ask.id === id ? { ...ask, state: "failed" as const, problem } : ask));
}

/** The connection came or went: what is under way is sent again, or waits for it. */
export function turned(pending: Pending, online: boolean): Pending {
  const state = online ? ("sending" as const) : ("waiting" as const);
  return pending.map((ask) => (ask.state === "failed" ? ask : { ...ask, state }));
}

export type Doing = "idle" | "sending" | "waiting" | "failed";

/** How a button that asks the server stands: `held` while the server takes no other try. */
export interface Way {
  doing: Doing;
  held: boolean;
}

/** The state of a control: a failure first, since somebody has to look at it. */
export function doing(pending: Pending, control: string, name?: string): Doing {
  const here = pending.filter((ask) => ask.control === control && (name === undefined || ask.name === name));
  for (const state of ["failed", "waiting", "sending"] as const) {
    if (here.some((ask) => ask.state === state)) return state;
  }
  return "idle";
}

export function failureAt(pending: Pending, control: string): Ask | null {
  return pending.find((ask) => ask.control === control && ask.state === "failed") ?? null;
}
