import { dot, type Glyph } from "./icons/glyph";

/** A portrait for those who have none: a field, its division, and the emblem of their calling. */
export interface Arms {
  field: string;
  division: string;
  /** Path data on a 100 × 100 field. */
  parted: string;
  emblem: Glyph;
}

const CALLINGS: Readonly<Record<string, Glyph>> = {
  barbarian: {
    line: "M5 20.5L15.5 8",
    fill: "M12.5 4.5C16 2 20.5 4 21.2 9.5c-2-1.2-4-1.2-5.6.4l-4-3.3c1.1-.6 1.3-1.2.9-2.1Z",
  },
  bard: { line: "M7 3.5c-1.4 6-2 12.6 5 13.5 7-.9 6.4-7.5 5-13.5M7 7.5h10M10.2 7.5v8.5M13.8 7.5v8.5M12 17v4M8.5 21h7" },
  cleric: { line: "M12 12.5C9.3 10 8 8 8 6.3a4 4 0 0 1 8 0c0 1.7-1.3 3.7-4 6.2ZM12 12.5v9M6.5 15h11" },
  druid: { line: "M5.5 18.5c-.5-8.5 4.5-14 15-14.5 0 10.5-5.5 15.5-15 14.5ZM3.5 21c2.5-5.5 6-9 10.5-11" },
  fighter: { line: "M4 3.5l13.5 13.5M20 3.5L6.5 17M14.3 19.7l5.4-5.4M9.7 19.7l-5.4-5.4M18 18l2.7 2.7M6 18l-2.7 2.7" },
  monk: { line: "M15.5 4.2A8.7 8.7 0 1 0 20.3 9.5", fill: dot(12, 12, 2.6) },
  paladin: { line: "M12 2.8l7.6 2.6v5.4c0 5-3.2 8.4-7.6 10.4-4.4-2-7.6-5.4-7.6-10.4V5.4ZM12 7v9M8.3 10.5h7.4" },
  ranger: { line: "M6.5 3C15 3.5 20.5 9 21 17.5M6.5 3L21 17.5M3.5 20.5L15.5 8.5M3.5 20.5v-4M3.5 20.5h4" },
  rogue: { line: "M12 2.5l2.6 4V14H9.4V6.5ZM7 14h10M12 14v4.5", fill: dot(12, 20.3, 1.6) },
  sorcerer: {
    line: "M12.5 2.5c.6 4 5.7 6 5.7 11.5a6.2 6.2 0 0 1-12.4 0c0-2.3 1-4 2.4-5.4.2 1.7 1 2.7 2 3.2-.4-3.7.4-6.8 2.3-9.3Z",
    fill: dot(12, 15.5, 2),
  },
  warlock: {
    line: "M12 3l9.5 17h-19ZM7.3 14.6c3.1-3.4 6.3-3.4 9.4 0-3.1 3.4-6.3 3.4-9.4 0Z",
    fill: dot(12, 14.6, 1.3),
  },
  wizard: {
    fill: "M10.5 3l2.2 6 6 2.2-6 2.2-2.2 6-2.2-6-6-2.2 6-2.2ZM18.5 14.5l1.1 2.9 2.9 1.1-2.9 1.1-1.1 2.9-1.1-2.9-2.9-1.1 2.9-1.1Z",
  },
  monster: { line: "M4.5 3c2.3 5.5 3 11 2 17M12 3c.9 6 .8 12-.5 18M19.5 3c-.3 6-1.5 11.5-4.5 17" },
};

const CHARGES: readonly Glyph[] = [
  { fill: "M12 2.6l2.7 6.1 6.6.6-5 4.4 1.5 6.5-5.8-3.4-5.8 3.4 1.5-6.5-5-4.4 6.6-.6Z" },
  { line: "M19.5 14.5A8.3 8.3 0 1 1 9.5 4.2a6.6 6.6 0 0 0 10 10.3Z" },
  { line: "M6 21V8M18 21V8M4.5 3.5v4.5h15V3.5M9.5 3.5V8M14.5 3.5V8M6 21h12M10 21v-5a2 2 0 0 1 4 0v5" },
  { line: "M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM11.3 11.3l9 9M16.5 16.5l3-3" },
  { line: "M12 21.5v-8M12 2.5c5 0 7.5 3 7.5 6.3S16.5 15 12 15s-7.5-2.9-7.5-6.2S7 2.5 12 2.5ZM12 13.5l3-3" },
  { line: "M2.5 17.5L8 7l4 6.5L15.5 9l6 8.5Z" },
];

/** Field and division: muted, so that the emblem and the card's own text stay in front. */
const TINCTURES: readonly (readonly [string, string])[] = [
  ["#173a3f", "#25595c"],
  ["#3c1e2c", "#5f2f43"],
  ["#22304f", "#34487a"],
  ["#3a2c16", "#614a21"],
  ["#24361f", "#3b5730"],
  ["#33234c", "#4f3776"],
  ["#42211a", "#6b3527"],
  ["#1d3349", "#2d5072"],
  ["#2f3036", "#4b4d57"],
];

const DIVISIONS: readonly string[] = [
  "M0 0H100L0 100Z",
  "M50 0H100V100H50Z",
  "M0 100L50 42L100 100Z",
  "M0 0H50V50H0ZM50 50H100V100H50Z",
  "M0 0L50 50L100 0ZM0 100L50 50L100 100Z",
  "M0 0H100V38H0Z",
  "M50 6L94 50L50 94L6 50Z",
  "M0 62L62 0H100L0 100Z",
];

/** FNV-1a, 32 bit: the same person has the same arms on every screen. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}

const pick = <T>(list: readonly T[], number: number): T => list[number % list.length]!;

function mix(hex: string, black: number): string {
  const channel = (at: number): string =>
    Math.round(parseInt(hex.slice(at, at + 2), 16) * (1 - black))
      .toString(16)
      .padStart(2, "0");
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

/** `seed` is an id or a name; `calling` a class or kind in any wording; `color` the character's own, `#rrggbb`. */
export function arms(seed: string, calling?: string | null, color?: string | null): Arms {
  const number = hash(seed);
  const words = (calling ?? "").toLowerCase();
  const known = Object.keys(CALLINGS).find((name) => words.includes(name));
  const own = color && /^#[0-9a-f]{6}$/i.test(color) ? ([mix(color, 0.72), mix(color, 0.5)] as const) : null;
  const [field, division] = own ?? pick(TINCTURES, number);
  return {
    field,
    division,
    parted: pick(DIVISIONS, number >>> 8),
    emblem: known ? CALLINGS[known]! : pick(CHARGES, number >>> 16),
  };
}
