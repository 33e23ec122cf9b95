import type { Cue, CueKind } from "./cues";

/** One animation on one card, from `born` on. It is gone at its end whether or not anybody saw it. */
export interface Effect extends Cue {
  id: number;
  born: number;
  ends: number;
  /** How many blows it stands for. */
  hits: number;
}

/** Milliseconds that each kind lives; style/motion.css animates within them. */
export const LIFE_MS: Record<CueKind, number> = {
  damage: 1400,
  heal: 1400,
  temp: 1400,
  down: 1800,
  dead: 2400,
  revive: 1600,
  stable: 1200,
  success: 900,
  failure: 900,
  condition: 900,
  concentration: 900,
  turn: 900,
};
/** Blows this close together become one number: a burst of twenty reads as one "−54", not as confetti. */
export const COALESCE_MS = 650;
/** On one card, and on the whole stage: the newest stay. */
export const MAX_PER_CARD = 6;
export const MAX_EFFECTS = 60;

const SUMMED: ReadonlySet<CueKind> = new Set(["damage", "heal"]);

export class Effects {
  #next = 1;
  #live: Effect[] = [];

  get live(): readonly Effect[] {
    return this.#live;
  }

  add(news: readonly Cue[], now: number): readonly Effect[] {
    this.prune(now);
    for (const cue of news) this.#add(cue, now);
    return this.#live;
  }

  /** Nothing is played later than it was due. Answers when the next one ends. */
  prune(now: number): number | null {
    this.#live = this.#live.filter((effect) => effect.ends > now);
    return this.#live.length === 0 ? null : Math.min(...this.#live.map((effect) => effect.ends));
  }

  /** A hidden source shows nothing, and must not catch up when it is shown again. */
  clear(): void {
    this.#live = [];
  }

  #add(cue: Cue, now: number): void {
    const same = this.#live.find(
      (effect) => effect.character === cue.character && effect.kind === cue.kind && effect.key === cue.key,
    );
    const near = same && SUMMED.has(cue.kind) && now - same.born < COALESCE_MS;
    const effect = near ? joined(same, cue) : { ...cue, hits: 1, born: now };
    this.#live = this.#live.filter((other) => other !== same || (SUMMED.has(cue.kind) && !near));
    this.#live.push({ ...effect, id: this.#next++, ends: now + LIFE_MS[cue.kind] });
    this.#trim(cue.character);
  }

  #trim(character: string): void {
    const own = this.#live.filter((effect) => effect.character === character);
    const surplus = new Set(own.slice(0, Math.max(0, own.length - MAX_PER_CARD)));
    this.#live = this.#live.filter((effect) => !surplus.has(effect)).slice(-MAX_EFFECTS);
  }
}

function joined(effect: Effect, cue: Cue): Omit<Effect, "id" | "ends"> {
  return {
    ...cue,
    born: effect.born,
    hits: effect.hits + 1,
    amount: effect.amount === null || cue.amount === null ? null : effect.amount + cue.amount,
    critical: effect.critical || cue.critical,
    from: effect.from,
  };
}
