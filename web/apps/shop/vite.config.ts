/** Builds the storefront into `src/liyu/static/shop`. */
import { defineConfig } from "vite";

import { application } from "../../application.config.ts";

export default defineConfig(application("shop", 5173));
