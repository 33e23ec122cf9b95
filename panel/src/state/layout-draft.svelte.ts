/** A layout being arranged: nothing is on air before it is saved, and every move can be taken back. */

import { automatic, CARD, CHIPS, chipsOf, isSame, type Part, type Point, type Size, withPlace } from "../lib/layout";
import { type Layout, type Place, type Tier, TIERS } from "../lib/model";
import type { Desk } from "./desk.svelte";

export interface Element {
  id: string;
  part: Part;
  at: Point;
  scale: number;
  size: Size;
  /** Whether somebody put it here; otherwise it is where the overlay would put it. */
  placed: boolean;
}

const MOST_STEPS = 100;
const EMPTY: Layout = { badges: {}, chips: {} };

export class LayoutDraft {
  #draft = $state.raw<Layout | null>(null);
  #past = $state.raw<readonly Layout[]>([]);
  /** Where the table was when this draft began. */
  seen = 0;

  constructor(
    readonly tier: Tier,
    private readonly truth: () => Layout | undefined,
    private readonly roster: () => readonly string[],
    private readonly seq: () => number,
  ) {}

  get saved(): Layout {
    return this.truth() ?? EMPTY;
  }

  get layout(): Layout {
    return this.#draft ?? this.saved;
  }

  get dirty(): boolean {
    return this.#draft !== null && !isSame(this.#draft, this.saved);
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get isAutomatic(): boolean {
    return isSame(this.layout, EMPTY);
  }

  /** Cards first, then chips, in the order of the roster. */
  get elements(): Element[] {
    const ids = this.roster();
    const { badges, chips } = this.layout;
    const flow = automatic(
      ids.filter((id) => !badges[id]),
      this.tier,
    );
    const cards = ids.map((id) => element("badges", id, badges[id], flow[id], CARD[this.tier]));
    const rows = cards.map(({ id, at }) => element("chips", id, chips[id], chipsOf(at, this.tier), CHIPS[this.tier]));
    return [...cards, ...rows];
  }

  put(part: Part, id: string, place: Place | null): void {
    this.#step(withPlace(this.layout, part, id, place));
  }

  /** A drag is one step, however many places it passes. */
  drag(part: Part, id: string, place: Place): void {
    this.#draft = withPlace(this.layout, part, id, place);
  }

  remember(): void {
    if (!this.dirty) this.seen = this.seq();
    this.#past = [...this.#past, this.layout].slice(-MOST_STEPS);
  }

  back(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.#past = this.#past.slice(0, -1);
    this.#draft = last;
  }

  clear(): void {
    this.#step(EMPTY);
  }

  /** It is saved, or thrown away: what the server holds is shown again. */
  forget(): void {
    this.#draft = null;
    this.#past = [];
  }

  #step(layout: Layout): void {
    this.remember();
    this.#draft = layout;
  }
}

function element(part: Part, id: string, place: Place | undefined, flow: Point | undefined, size: Size): Element {
  const at = place ?? flow ?? { x: 0.5, y: 0.5 };
  return { id, part, at: { x: at.x, y: at.y }, scale: place?.scale ?? 1, size, placed: place !== undefined };
}

const kept = new WeakMap<Desk, Record<Tier, LayoutDraft>>();

/** The drafts of an open campaign: they outlive the page that shows them. */
export function draftsOf(desk: Desk): Record<Tier, LayoutDraft> {
  const made = kept.get(desk) ?? fresh(desk);
  kept.set(desk, made);
  return made;
}

function fresh(desk: Desk): Record<Tier, LayoutDraft> {
  const draft = (tier: Tier): LayoutDraft =>
    new LayoutDraft(
      tier,
      () => desk.view?.layout[tier],
      () => desk.view?.roster ?? [],
      () => desk.seq,
    );
  return Object.fromEntries(TIERS.map((tier) => [tier, draft(tier)])) as Record<Tier, LayoutDraft>;
}
