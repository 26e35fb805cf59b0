/** Builds the desk into `src/liyu/static/desk`. */
import { defineConfig } from "vite";

import { application } from "../../application.config.ts";

export default defineConfig(application("desk", 5174));
