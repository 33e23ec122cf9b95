/** One drawing on a 24 × 24 grid: what is stroked (2 wide, round) and what is filled. Path data only, no markup. */
export interface Glyph {
  line?: string;
  fill?: string;
}

/** A filled circle as path data. */
export const dot = (x: number, y: number, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
