import type { Environment } from "./environment";

/** Commands that one connection gets at once: the server refuses from 60 frames on, and not every frame is a command. */
export const BURST = 40;
/** Between commands once those are used up: a little longer than the server's 10 per second asks for. */
export const EVERY_MS = 125;

/** How fast commands may go on one connection. A server that has to refuse too many closes it for good. */
export class Pace {
  #left = BURST;
  #at: number;

  constructor(private readonly env: Environment) {
    this.#at = env.now();
  }

  /** 0 where one may go now, and it counts as gone; else the milliseconds until one may. */
  take(): number {
    const now = this.env.now();
    this.#left = Math.min(BURST, this.#left + Math.max(0, now - this.#at) / EVERY_MS);
    this.#at = now;
    if (this.#left < 1) return Math.ceil((1 - this.#left) * EVERY_MS);
    this.#left -= 1;
    return 0;
  }
}
