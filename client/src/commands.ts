import type { Environment } from "./environment";
import type { Problem, Result } from "./types";

/** How many commands may wait for their answer: more than a person clicks, less than a runaway loop sends. */
export const MAX_PENDING = 256;
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
  resolve(committed: Committed): void;
  reject(error: CommandError): void;
  cancel(): void;
}

/** Commands on their way, in the order they were given. They outlive a connection: the server knows ids again. */
export class Pending {
  #waiting = new Map<string, Waiting>();

  constructor(private readonly env: Environment) {}

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
      this.#waiting.set(id, { frame, resolve, reject, cancel });
    });
  }

  frames(): string[] {
    return [...this.#waiting.values()].map((waiting) => waiting.frame);
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
    this.#waiting.delete(id);
    return waiting;
  }
}
