/** Reordering lists by pointer or keyboard. */

/** The list with the item at `from` moved to stand at `to`; out of range stays as it was. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  if (from < 0 || from >= list.length) return next;
  const [item] = next.splice(from, 1);
  next.splice(Math.max(0, Math.min(next.length, to)), 0, item as T);
  return next;
}

/** What there is now, in the order that somebody wished for; what is new since then comes last. */
export function arranged<T>(now: readonly T[], wish: readonly string[], idOf: (item: T) => string): T[] {
  const place = (item: T): number => {
    const at = wish.indexOf(idOf(item));
    return at < 0 ? wish.length : at;
  };
  return [...now].sort((a, b) => place(a) - place(b));
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Index of the box whose centre is nearest to a point; -1 for none. */
export function nearest(boxes: readonly Box[], x: number, y: number): number {
  let best = -1;
  let least = Infinity;
  boxes.forEach((box, index) => {
    const distance = Math.hypot(box.left + box.width / 2 - x, box.top + box.height / 2 - y);
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

/** The card that an arrow key leads to from `from`, by where cards are on screen; `from` itself at the edge. */
export function neighbour(boxes: readonly Box[], from: number, step: "left" | "right" | "up" | "down"): number {
  if (step === "left") return Math.max(0, from - 1);
  if (step === "right") return Math.min(boxes.length - 1, from + 1);
  const here = boxes[from];
  if (!here) return boxes.length ? 0 : -1;
  const sign = step === "down" ? 1 : -1;
  let best = from;
  let least = Infinity;
  boxes.forEach((box, index) => {
    const rise = (box.top - here.top) * sign;
    if (rise < here.height / 2) return;
    const distance = rise * 4 + Math.abs(box.left - here.left);
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}
