import { defineConfig } from "vite";

/** One file without dependencies for those who do not build from these sources. */
export default defineConfig({
  build: {
    lib: { entry: { index: "src/index.ts", testing: "src/testing.ts" }, formats: ["es"] },
    target: "es2022",
    minify: true,
  },
});
