import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  base: "/overlay/",
  plugins: [svelte()],
  build: {
    outDir: "../static/overlay",
    emptyOutDir: true,
    target: "chrome127", // OBS 31 to 32
    assetsInlineLimit: 0, // a content security policy without data: holds
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index.html", "loader.html"] },
  },
});
