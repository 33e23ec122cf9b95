import { dot, type Glyph } from "./glyph";

const EYE = "M2.5 12C5 7.6 8.3 5.5 12 5.5s7 2.1 9.5 6.5c-2.5 4.4-5.8 6.5-9.5 6.5S5 16.4 2.5 12Z";

/** What controls are marked with. */
export const ui = {
  add: { line: "M12 5v14M5 12h14" },
  bolt: { fill: "M13.2 2.5L5 13.6h6.2L10.4 21.5 19 10.2h-6.3Z" },
  check: { line: "M4.5 12.8l5 5 10-11.3" },
  chevronDown: { line: "M5.5 9l6.5 6.5L18.5 9" },
  chevronLeft: { line: "M15 5.5L8.5 12l6.5 6.5" },
  chevronRight: { line: "M9 5.5l6.5 6.5L9 18.5" },
  chevronUp: { line: "M5.5 15L12 8.5l6.5 6.5" },
  clock: { line: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5.3l3.6 2.1" },
  close: { line: "M6 6l12 12M18 6L6 18" },
  copy: { line: "M8.5 8.5h11v11h-11ZM15.5 8.5v-4h-11v11h4" },
  dice: {
    line: "M12 2.8l8 4.6v9.2l-8 4.6-8-4.6V7.4ZM4.2 7.6L8 15h8l3.8-7.4M8 15l4-7.5L16 15M12 2.8v4.7M12 21.2L8 15M12 21.2L16 15",
  },
  drag: { fill: [6, 12, 18].map((y) => dot(9, y, 1.5) + dot(15, y, 1.5)).join("") },
  edit: { line: "M4 20l1-4.6L15.8 4.6a2 2 0 0 1 2.8 0l.8.8a2 2 0 0 1 0 2.8L8.6 19ZM13.5 7l3.5 3.5" },
  eye: { line: EYE, fill: dot(12, 12, 2.8) },
  eyeOff: { line: `${EYE}M4 3.5l16 17` },
  heal: {
    line: "M12 20.5C5.2 15.6 3 12.2 3 8.8a4.6 4.6 0 0 1 9-1.5 4.6 4.6 0 0 1 9 1.5c0 3.4-2.2 6.8-9 11.7ZM12 9v6M9 12h6",
  },
  image: { line: "M3.5 5h17v14h-17ZM3.5 16l5-5 4.5 4.5 3-3 4.5 4", fill: dot(15.6, 9, 1.6) },
  info: { line: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5", fill: dot(12, 7.8, 1.2) },
  keyboard: { line: "M3 6.5h18v11H3ZM8 14.5h8M6.8 10.3h.1M10.3 10.3h.1M13.7 10.3h.1M17.2 10.3h.1" },
  layout: { line: "M3.5 4.5h17v15h-17ZM3.5 14.5h17M9.5 14.5v5M15 14.5v5" },
  link: {
    line: "M9.3 14.7l5.4-5.4M8.2 10.8l-2.6 2.6a3.9 3.9 0 0 0 5.5 5.5l2.6-2.6M15.8 13.2l2.6-2.6a3.9 3.9 0 0 0-5.5-5.5l-2.6 2.6",
  },
  list: { line: "M9 6h11M9 12h11M9 18h11", fill: [6, 12, 18].map((y) => dot(4.5, y, 1.4)).join("") },
  longRest: { line: "M19.5 14.5A8.3 8.3 0 1 1 9.5 4.2a6.6 6.6 0 0 0 10 10.3Z" },
  minus: { line: "M5 12h14" },
  monitor: { line: "M3 4.5h18v12H3ZM8.5 20.5h7M12 16.5v4" },
  more: { fill: [5, 12, 19].map((x) => dot(x, 12, 1.7)).join("") },
  next: { line: "M5.5 5l8 7-8 7ZM18 5v14" },
  offline: { line: "M3.5 9.5a13 13 0 0 1 17 0M7 13.3a8 8 0 0 1 10 0M4 3.5l16 17", fill: dot(12, 18, 1.6) },
  online: { line: "M3.5 9.5a13 13 0 0 1 17 0M7 13.3a8 8 0 0 1 10 0", fill: dot(12, 18, 1.6) },
  person: { line: "M12 3.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5c.4-4 3.4-6 7.5-6s7.1 2 7.5 6" },
  people: {
    line: "M9 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 19.5c.3-3.4 2.9-5.2 6.5-5.2s6.2 1.8 6.5 5.2M16 4.9a3.5 3.5 0 0 1 0 6.2M18 14.8c2 .7 3.3 2.3 3.5 4.7",
  },
  play: { line: "M6.5 4.5l12 7.5-12 7.5Z" },
  previous: { line: "M18.5 5l-8 7 8 7ZM6 5v14" },
  redo: { line: "M19.5 9.5h-10a5.5 5.5 0 0 0 0 11h4M15 5l4.5 4.5L15 14" },
  refresh: { line: "M20 12a8 8 0 1 1-2.3-5.7L20.5 9M20.5 4v5h-5" },
  search: { line: "M10.5 3.5a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM15.7 15.7l4.8 4.8" },
  settings: { line: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5" },
  shortRest: {
    line: "M4 8.5h13v6a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5ZM17 10h1.5a2.5 2.5 0 0 1 0 5H17M8 2.5c-1 1.3 1 2 0 3.3M12.5 2.5c-1 1.3 1 2 0 3.3",
  },
  signOut: { line: "M14 4.5H5v15h9M10 12h10.5M16.5 8l4 4-4 4" },
  stop: { line: "M6 6h12v12H6Z" },
  sword: { line: "M20.5 3.5l-10 10M20.5 3.5h-5l-8 8M20.5 3.5v5l-8 8M5.5 11.5l7 7M9 15l-5.5 5.5" },
  trash: { line: "M4 6.5h16M9 6.5v-3h6v3M6 6.5l1 14h10l1-14M10 10.5v6M14 10.5v6" },
  undo: { line: "M4.5 9.5h10a5.5 5.5 0 0 1 0 11h-4M9 5L4.5 9.5 9 14" },
  upload: { line: "M12 16V4M7 8.5l5-5 5 5M4 15.5v5h16v-5" },
  warning: { line: "M12 3.5l9.5 17h-19ZM12 10v5", fill: dot(12, 17.8, 1.2) },
} satisfies Record<string, Glyph>;

export type UiIcon = keyof typeof ui;
