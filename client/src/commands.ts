import type { Environment } from "./environment";
import { Pace } from "./pace";
import type { Problem, Result } from "./types";

/** How many commands may wait for their answer: more than a person clicks, less than a runaway loop sends. */
export const MAX_PENDING = 256;
/** How many of them are on their way at once: half of what the server keeps for a socket; the rest waits here. */
export const WINDOW = 32;
/** Bytes of one frame that the server reads: a longer command would only come back as an error that names no id. */
export const MAX_FRAME = 64 * 1024;
/** Until a command is given up. It may still have happened: the same id again would tell. */
export const DEADLINE_MS = 15_000;

export interface Committed {
  id: string;
  /** The event that it became; null where it changed nothing. */
  seq: number | null;
}

/** Why a command did not happen, or (`timeout`, `closed`) is not known to have happened. */
export class CommandError extends Error {
  constructor(
    readonly id: string,
    readonly problem: Problem,
  ) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.name = "CommandError";
  }

  get code(): string {
    return this.problem.code;
  }
}

interface Waiting {
  frame: string;
  isSent: boolean;
  resolve(committed: Committed): void;
  reject(error: CommandError): void;
  cancel(): void;
}

/** What commands go out on. */
export interface Out {
  readonly isLive: boolean;
  send(frame: string): void;
}

/** Commands on their way, in the order they were given. They outlive a connection: the server knows ids again. */
export class Pending {
  #waiting = new Map<string, Waiting>();
  #pace: Pace;
  #cancelPace = (): void => undefined;

  constructor(
    private readonly env: Environment,
    private readonly out: Out,
  ) {
    this.#pace = new Pace(env);
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Why this command cannot go on its way at all; it must not be sent then. */
  refusal(id: string, frame: string): CommandError | null {
    if (this.#waiting.has(id)) {
      return new CommandError(id, { code: "busy", detail: "That command is already on its way" });
    }
    if (this.#waiting.size >= MAX_PENDING) {
      return new CommandError(id, { code: "busy", detail: "Too many commands are waiting for an answer" });
    }
    if (new TextEncoder().encode(frame).length > MAX_FRAME) {
      return new CommandError(id, { code: "too_large", detail: "That is more than the server takes at once" });
    }
    return null;
  }

  add(id: string, frame: string, deadlineMs = DEADLINE_MS): Promise<Committed> {
    return new Promise((resolve, reject) => {
      const cancel = this.env.after(deadlineMs, () => {
        this.fail(id, { code: "timeout", detail: "No answer in time; look whether it happened" });
      });
      this.#waiting.set(id, { frame, isSent: false, resolve, reject, cancel });
      this.#flush();
    });
  }

  /** A new connection: nothing was sent on it yet. */
  resend(): void {
    for (const waiting of this.#waiting.values()) waiting.isSent = false;
    this.#pace = new Pace(this.env);
    this.#flush();
  }

  /** Sends what may go now, in order; the rest goes as answers come in, no faster than the server takes it. */
  #flush(): void {
    this.#cancelPace();
    if (!this.out.isLive) return;
    // all that was sent is among the first: given in order, sent in order
    for (const waiting of [...this.#waiting.values()].slice(0, WINDOW)) {
      if (waiting.isSent) continue;
      const wait = this.#pace.take();
      if (wait > 0) {
        this.#cancelPace = this.env.after(wait, () => this.#flush());
        return;
      }
      waiting.isSent = true;
      this.out.send(waiting.frame);
    }
  }

  settle(result: Result): void {
    const waiting = this.#take(result.id);
    if (!waiting) return;
    if (result.ok) waiting.resolve({ id: result.id, seq: result.seq ?? null });
    else waiting.reject(new CommandError(result.id, result.error ?? { code: "internal" }));
  }

  fail(id: string, problem: Problem): void {
    this.#take(id)?.reject(new CommandError(id, problem));
  }

  failAll(problem: Problem): void {
    for (const id of [...this.#waiting.keys()]) this.fail(id, problem);
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    waiting?.cancel();
    if (this.#waiting.delete(id)) this.#flush();
    return waiting;
  }
}
