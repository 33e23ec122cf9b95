/** Devices in words, from what their programs say of themselves. */

const PROGRAMS: readonly [RegExp, string][] = [
  [/\bOBS\//, "OBS"],
  [/\bEdg(A|iOS)?\//, "Edge"],
  [/\b(OPR|Opera)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\bAndroid\b/, "Android"],
  [/\biPhone\b/, "an iPhone"],
  [/\biPad\b/, "an iPad"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "a Mac"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

export type DeviceKind = "phone" | "laptop" | "program";

/** What to draw for it: something held in the hand, a computer's browser, or a program of its own. */
export function kindOf(agent: string): DeviceKind {
  if (/\b(Android|iPhone|iPad)\b/.test(agent)) return "phone";
  return /^Mozilla\//.test(agent) ? "laptop" : "program";
}

const named = (table: readonly [RegExp, string][], agent: string): string | undefined =>
  table.find(([pattern]) => pattern.test(agent))?.[1];

/** "Firefox on Windows", or what the program calls itself. */
export function programSaid(agent: string): string {
  const [program, system] = [named(PROGRAMS, agent), named(SYSTEMS, agent)];
  if (program && system) return `${program} on ${system}`;
  return program ?? (agent.split(/[\s/]/)[0] || "Unknown program");
}
