import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, it } from "vitest";

const LIMIT = 5_000;

it("is one file of at most 5 kB, gzipped, that imports nothing", async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const lib = { entry: "src/index.ts", formats: ["es" as const] };
  const built = await build({ root, configFile: false, logLevel: "error", build: { write: false, minify: true, lib } });
  const [{ output }] = built as [Rolldown.RolldownOutput];
  expect(output).toHaveLength(1);
  expect(output[0].imports).toEqual([]);
  expect(gzipSync(output[0].code).length).toBeLessThanOrEqual(LIMIT);
}, 60_000);
