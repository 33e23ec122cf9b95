/** A list while somebody puts one of its items elsewhere: the order on screen, and the order to ask for. */

import { type Box, moved, nearest } from "../lib/order";

export class Sorting {
  lifted = $state.raw<string | null>(null);
  /** The order while dragging, or until the server has agreed to it; null otherwise. */
  draft = $state.raw<readonly string[] | null>(null);
  /** Read out by screen readers. */
  said = $state("");

  constructor(
    private readonly truth: () => readonly string[],
    private readonly nameOf: (id: string) => string,
    private readonly commit: (ids: readonly string[]) => Promise<boolean>,
  ) {}

  get order(): readonly string[] {
    return this.draft ?? this.truth();
  }

  lift(id: string): void {
    this.lifted = id;
    this.draft = [...this.truth()];
    this.said = `${this.nameOf(id)} lifted. ${this.#place(id)}`;
  }

  step(by: number): void {
    const at = this.lifted ? this.order.indexOf(this.lifted) : -1;
    if (at >= 0) this.#to(at, at + by);
  }

  /** The pointer is at a point: the item goes where the nearest one is. */
  over(boxes: readonly Box[], x: number, y: number): void {
    const at = this.lifted ? this.order.indexOf(this.lifted) : -1;
    const to = nearest(boxes, x, y);
    if (at >= 0 && to >= 0 && to !== at) this.#to(at, to);
  }

  /** Keep showing the new order until it is agreed or refused: it must not jump back and forth. */
  async drop(): Promise<void> {
    const { lifted, draft } = this;
    this.lifted = null;
    if (!lifted || !draft || draft.join() === this.truth().join()) {
      this.draft = null;
      return;
    }
    this.said = `${this.nameOf(lifted)} put down. ${this.#place(lifted)}`;
    await this.commit(draft);
    if (this.draft === draft) this.draft = null;
  }

  cancel(): void {
    if (this.lifted) this.said = `${this.nameOf(this.lifted)} put back.`;
    this.lifted = null;
    this.draft = null;
  }

  #to(from: number, to: number): void {
    this.draft = moved(this.order, from, to);
    if (this.lifted) this.said = this.#place(this.lifted);
  }

  #place(id: string): string {
    return `Place ${this.order.indexOf(id) + 1} of ${this.order.length}.`;
  }
}
