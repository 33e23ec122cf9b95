import { dot, type Glyph } from "./glyph";

const DROP = "M12 2.8c4 4.9 6.6 8 6.6 11.5a6.6 6.6 0 0 1-13.2 0C5.4 10.8 8 7.7 12 2.8Z";
const EYE = "M2.5 12C5 7.6 8.3 5.5 12 5.5s7 2.1 9.5 6.5c-2.5 4.4-5.8 6.5-9.5 6.5S5 16.4 2.5 12Z";
const SKULL =
  "M12 2.8c-4.8 0-8.2 3.2-8.2 7.7 0 2.7 1.3 4.5 3.1 5.7v3a1.6 1.6 0 0 0 1.6 1.6h7a1.6 1.6 0 0 0 1.6-1.6v-3c1.8-1.2 3.1-3 3.1-5.7 0-4.5-3.4-7.7-8.2-7.7Z";
const SHIELD = "M12 2.8l7.6 2.6v5.4c0 5-3.2 8.4-7.6 10.4-4.4-2-7.6-5.4-7.6-10.4V5.4Z";
const FLAME =
  "M12.5 2.5c.6 4 5.7 6 5.7 11.5a6.2 6.2 0 0 1-12.4 0c0-2.3 1-4 2.4-5.4.2 1.7 1 2.7 2 3.2-.4-3.7.4-6.8 2.3-9.3Z";

/** The fifteen conditions of the fifth edition. */
const conditions = {
  blinded: { line: `${EYE}M4 3.5l16 17`, fill: dot(12, 12, 2.6) },
  charmed: {
    line: "M12 20.5C5.2 15.6 3 12.2 3 8.8a4.6 4.6 0 0 1 9-1.5 4.6 4.6 0 0 1 9 1.5c0 3.4-2.2 6.8-9 11.7Z",
    fill: "M12 8.6l1.1 2.7 2.7 1.1-2.7 1.1-1.1 2.7-1.1-2.7-2.7-1.1 2.7-1.1Z",
  },
  deafened: {
    line: "M6.5 9.3a5.5 5.5 0 0 1 11 0c0 4.2-4.2 4.6-4.4 8.2a3.1 3.1 0 0 1-5.6 1.7M10 9.6a2 2 0 0 1 4 0c0 1.6-1.6 2-2 3.2M4 3.5l16 17",
  },
  exhaustion: {
    line: "M5.5 3h13M5.5 21h13M7.5 3c0 5 4.5 5.8 4.5 9s-4.5 4-4.5 9M16.5 3c0 5-4.5 5.8-4.5 9s4.5 4 4.5 9",
    fill: "M8.6 20.5c.4-2.4 1.6-3.8 3.4-5 1.8 1.2 3 2.6 3.4 5Z",
  },
  frightened: {
    line: "M12 2.8c-5 0-8.2 3.8-8.2 8.8s3.2 9.6 8.2 9.6 8.2-4.6 8.2-9.6S17 2.8 12 2.8Z",
    fill: "M7 9.6a1.6 2.1 0 1 0 3.2 0a1.6 2.1 0 1 0-3.2 0ZM13.8 9.6a1.6 2.1 0 1 0 3.2 0a1.6 2.1 0 1 0-3.2 0ZM9.7 15.8a2.3 3 0 1 0 4.6 0a2.3 3 0 1 0-4.6 0Z",
  },
  grappled: {
    line: "M6.3 12.4V8.2a1.7 1.7 0 0 1 3.4 0v2.4-4a1.7 1.7 0 0 1 3.4 0v4-3.4a1.7 1.7 0 0 1 3.4 0v3.8-1.8a1.6 1.6 0 0 1 3.2 0v5.1c0 4.2-2.6 6.9-6.5 6.9-3.4 0-5.2-1.5-6.6-4.2l-2.4-4.3c-.8-1.6 1-2.8 2.1-1.4Z",
  },
  incapacitated: { line: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM5.8 5.8l12.4 12.4" },
  invisible: {
    line: "M8.7 7.6a3.4 3.4 0 0 1 1.9-3M13.2 4.5a3.4 3.4 0 0 1 2.1 2.6M14.6 9.8a3.4 3.4 0 0 1-4 1.1M4.8 20.4c.1-1.5.5-2.8 1.2-3.8M8.4 14.9c1-.5 2.2-.8 3.5-.8M15.3 14.8c1 .5 1.9 1.1 2.5 2M19 19l.2 1.4",
  },
  paralyzed: { line: "M13.2 2.5L5 13.6h6.2L10.4 21.5 19 10.2h-6.3Z" },
  petrified: { line: "M6.2 4.2L13 2.8l6 4.1 1.3 8.2-5 6.1H8.2L3.2 16l.9-7.9ZM12.6 3l-1.4 6 4 3-3.2 3.2.8 5.8" },
  poisoned: { line: DROP, fill: `${dot(9.6, 14, 1.5)}${dot(14, 16.4, 1.9)}${dot(13.2, 11, 1)}` },
  prone: { line: "M9 16.2h11.5M10.4 16l4-4.6h4.4M3 20.6h18", fill: dot(5.6, 14.6, 2.3) },
  restrained: {
    line: "M9.3 14.7l5.4-5.4M8.2 10.8l-2.6 2.6a3.9 3.9 0 0 0 5.5 5.5l2.6-2.6M15.8 13.2l2.6-2.6a3.9 3.9 0 0 0-5.5-5.5l-2.6 2.6",
  },
  stunned: {
    line: "M3.2 14.8c0 2.3 4 4.2 8.8 4.2s8.8-1.9 8.8-4.2",
    fill: "M12 2.6l1.7 3.8 4.1.4-3.1 2.8.9 4.1-3.6-2.2-3.6 2.2.9-4.1-3.1-2.8 4.1-.4Z",
  },
  unconscious: { line: "M12.5 3.5h7l-7 8.2h7M4 10.5h5.2L4 16.6h5.2M11 20.5c2.4.8 5.4.8 8 0" },
} satisfies Record<string, Glyph>;

/** What tables mark besides. */
const marks = {
  bleeding: { fill: DROP },
  blessed: {
    line: "M12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M18.7 5.3l-2.1 2.1M7.4 16.6l-2.1 2.1",
    fill: dot(12, 12, 4),
  },
  burning: { line: FLAME },
  cover: { line: "M3.5 20.5h17v-9h-17ZM3.5 16h17M9 11.5V16M15 11.5V16M12 16v4.5", fill: dot(12, 6, 2.6) },
  haste: { line: "M4 5l7 7-7 7M12.5 5l7 7-7 7" },
  hexed: { line: "M19.5 14.5A8.3 8.3 0 1 1 9.5 4.2a6.6 6.6 0 0 0 10 10.3Z", fill: dot(17, 6.5, 1.6) },
  hidden: { line: "M3 10.5c2.4 3.6 5.4 5.3 9 5.3s6.6-1.7 9-5.3M6.2 14.2l-1.8 2.7M12 15.8v3.4M17.8 14.2l1.8 2.7" },
  inspired: { line: "M9.5 17.5V5.5l9.5-2v11.8", fill: `${dot(7, 17.7, 2.7)}${dot(16.4, 15.5, 2.7)}` },
  raging: { fill: FLAME },
  slowed: { line: "M20 5l-7 7 7 7M11.5 5l-7 7 7 7" },
  surprised: { line: "M12 3.5v11", fill: dot(12, 19.6, 1.7) },
} satisfies Record<string, Glyph>;

/** States of a creature that are no conditions. */
export const states = {
  bloodied: { fill: DROP },
  concentration: { line: "M12 2.8l9.2 9.2-9.2 9.2L2.8 12Z", fill: "M12 7.8l4.2 4.2-4.2 4.2L7.8 12Z" },
  critical: {
    fill: "M12 1l2.2 5.6L19.8 4.2l-2.4 5.6L23 12l-5.6 2.2 2.4 5.6-5.6-2.4L12 23l-2.2-5.6-5.6 2.4 2.4-5.6L1 12l5.6-2.2-2.4-5.6 5.6 2.4Z",
  },
  dead: {
    line: `${SKULL}M10.4 17.6v3M13.6 17.6v3`,
    fill: `${dot(8.9, 11.2, 1.9)}${dot(15.1, 11.2, 1.9)}M12 13.4l1.2 2.3h-2.4Z`,
  },
  dying: { line: "M2.5 12.5h4.2l2.3-6.5 3.6 12 2.6-8 1.4 2.5h4.9" },
  failure: { line: "M5.5 5.5l13 13M18.5 5.5l-13 13" },
  heal: { line: "M12 4.5v15M4.5 12h15" },
  stable: {
    line: "M5.4 13.4l8-8a3.7 3.7 0 0 1 5.2 5.2l-8 8a3.7 3.7 0 0 1-5.2-5.2ZM9.4 9.4l5.2 5.2",
    fill: dot(12, 12, 1.2),
  },
  success: { line: "M4.5 12.8l5 5 10-11.3" },
  temp: { line: SHIELD },
  turn: { fill: "M4 3h16v9l-8 9-8-9Z" },
} satisfies Record<string, Glyph>;

/** Of a condition that somebody made up. */
const CUSTOM: Glyph = { line: "M12 3.5l7.5 4.3v8.4L12 20.5l-7.5-4.3V7.8Z", fill: dot(12, 12, 2.2) };

export const conditionIcons: Readonly<Record<string, Glyph>> = { ...conditions, ...marks };

export function conditionIcon(key: string): Glyph {
  return Object.hasOwn(conditionIcons, key) ? conditionIcons[key]! : CUSTOM;
}
