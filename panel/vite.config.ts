import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** Built beside the server's other pages; served under /panel/. */
export default defineConfig({
  base: "/panel/",
  plugins: [svelte()],
  build: { outDir: "../static/panel", emptyOutDir: true, target: "chrome111", sourcemap: false },
  server: { proxy: { "/v1": { target: "http://127.0.0.1:8000", ws: true }, "/media": "http://127.0.0.1:8000" } },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
