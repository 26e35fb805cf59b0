/**
 * The one way an application of the workspace is built: from `src/main.ts` into the Python package, with a manifest
 * that the server reads to print the page. It decides nothing that the applications see at run time.
 */
import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import type { UserConfigFnObject } from "vite";

const API = process.env["LIYU_API"] ?? "http://127.0.0.1:8080";

/** Configuration of the application `name`; in development `/api` and `/files` go to the server at `LIYU_API`. */
export function application(name: string, port: number): UserConfigFnObject {
  const forward = { target: API, ws: true, changeOrigin: false };
  return ({ command }) => ({
    base: command === "build" ? `/assets/${name}/` : "/",
    plugins: [vue()],
    define: {
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
      __VUE_I18N_FULL_INSTALL__: "false",
      __VUE_I18N_LEGACY_API__: "false",
      __INTLIFY_PROD_DEVTOOLS__: "false",
      __INTLIFY_DROP_MESSAGE_COMPILER__: "false",
    },
    server: { port, proxy: { "/api": forward, "/files": forward, "/assets/fonts": forward } },
    build: {
      outDir: fileURLToPath(new URL(`../src/liyu/static/${name}`, import.meta.url)),
      emptyOutDir: true,
      manifest: "manifest.json",
      target: ["es2022", "chrome100", "safari15.4", "firefox104"],
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        input: "src/main.ts",
        // What every page needs comes in few files: a phone pays for each request, not only for bytes.
        output: {
          codeSplitting: {
            groups: [
              { name: "vue", test: /node_modules[\\/](@vue|vue|vue-i18n|@intlify|vue-router)[\\/]/ },
              { name: "ui", test: /packages[\\/]ui[\\/]src|node_modules[\\/]lucide[\\/]/, minShareCount: 2 },
            ],
          },
        },
      },
    },
  });
}
