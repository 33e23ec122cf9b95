/** An event that took this much longer than the quickest is old news: shown as a fact, not as a happening. */
export const STALE_MS = 5_000;
/** Of how many arrivals the quickest counts, so that a clock that was set is forgotten. */
const MEMORY = 20;

/** Tells late events from fresh ones although the server's clock is another: by the quickest recent arrival. */
export class Freshness {
  #taken: number[] = [];

  /** Milliseconds that it arrived later than the quickest one. */
  delay(at: string, now: number): number {
    const taken = now - Date.parse(at);
    if (Number.isNaN(taken)) return 0;
    this.#taken = [...this.#taken.slice(1 - MEMORY), taken];
    return taken - Math.min(...this.#taken);
  }

  forget(): void {
    this.#taken = [];
  }
}
