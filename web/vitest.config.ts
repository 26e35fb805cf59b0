/** Unit tests of every package and application: logic and components, in a small document without a browser. */
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [vue()],
  test: {
    environment: "happy-dom",
    css: { include: [/\?raw$/] }, // sheets are empty in tests, but for those that a test reads as text
    include: ["packages/*/tests/**/*.test.ts", "apps/*/tests/**/*.test.ts"],
  },
});
