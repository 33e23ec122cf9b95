import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, it, vi } from "vitest";

const LIMIT = 40_000;

it("is at most 40 kB, all scripts and styles that the overlay's page loads, gzipped", async () => {
  vi.stubEnv("NODE_ENV", "production"); // the test runner's own would build in what only helps developers
  const root = fileURLToPath(new URL("..", import.meta.url));
  const built = (await build({ root, logLevel: "error", build: { write: false } })) as Rolldown.RolldownOutput;
  const files = new Map(built.output.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]));
  const page = String(files.get("index.html"));
  const loaded = [...page.matchAll(/(?:src|href)="\/overlay\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]!);
  const sizes = loaded.map((name) => gzipSync(files.get(name) ?? "").length);
  expect(loaded.some((name) => name.endsWith(".css"))).toBe(true);
  expect(loaded.some((name) => name.endsWith(".js"))).toBe(true);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(LIMIT);
}, 60_000);
