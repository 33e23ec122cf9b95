import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../src/tokens.css", import.meta.url), "utf8");

type Rgb = [number, number, number];

function token(name: string): Rgb {
  const value = new RegExp(`${name}:\\s*([^;]+);`).exec(css)?.[1]?.trim() ?? "";
  const alias = /^var\((--[a-z0-9-]+)\)$/.exec(value)?.[1];
  if (alias) return token(alias);
  const hex = /^#([0-9a-f]{6})$/.exec(value)?.[1];
  if (!hex) throw new Error(`${name} is not a colour`);
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

/** The plate on air, over the brightest picture there can be. */
function plateOnWhite(): Rgb {
  const [r, g, b, a] = (/--plate:\s*rgb\((\d+) (\d+) (\d+) \/ ([\d.]+)\)/.exec(css) ?? []).slice(1).map(Number);
  return [r!, g!, b!].map((channel) => channel * a! + 255 * (1 - a!)) as Rgb;
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const MEANINGS = ["danger", "heal", "temp", "warn", "focus", "ash"];
const TEXTS = ["--text", "--text-muted", "--text-faint", "--accent", ...MEANINGS.map((name) => `--${name}`)];

describe("text reaches 4.5:1", () => {
  it.each(TEXTS)("%s on surfaces 0 to 2, and on the plate over white", (text) => {
    for (const surface of ["--surface-0", "--surface-1", "--surface-2"]) {
      expect(contrast(token(text), token(surface)), surface).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(token(text), plateOnWhite()), "plate").toBeGreaterThanOrEqual(4.5);
  });

  it.each(["--text", "--text-muted"])("%s on surfaces 3 and 4", (text) => {
    for (const surface of ["--surface-3", "--surface-4"]) {
      expect(contrast(token(text), token(surface)), surface).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(MEANINGS)("--%s and --text on its own dim background", (name) => {
    for (const text of [`--${name}`, "--text"]) {
      expect(contrast(token(text), token(`--${name}-dim`)), text).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(["--accent", "--accent-strong", ...MEANINGS.map((name) => `--${name}`)])(
    "--text-on-bright on %s, as on buttons",
    (surface) => expect(contrast(token("--text-on-bright"), token(surface))).toBeGreaterThanOrEqual(4.5),
  );

  it("conditions on their plate", () => {
    expect(contrast(token("--condition"), token("--condition-plate"))).toBeGreaterThanOrEqual(4.5);
  });
});

describe("edges and shapes reach 3:1", () => {
  it.each(["--surface-0", "--surface-1", "--surface-2"])("controls on %s", (surface) => {
    expect(contrast(token("--line-strong"), token(surface))).toBeGreaterThanOrEqual(3);
    expect(contrast(token("--accent"), token(surface))).toBeGreaterThanOrEqual(3);
  });

  it.each(["healthy", "bloodied", "dying", "stable", "dead"])("the %s bar on its track", (status) => {
    expect(contrast(token(`--status-${status}`), token("--surface-4"))).toBeGreaterThanOrEqual(3);
  });
});
