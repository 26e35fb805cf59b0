/** Starts the storefront on the page that the server printed. */
import { createApp } from "vue";

import { installLanguages, openLanguages, openTheme, startingLocale } from "@liyu/ui";
import "@liyu/ui/styles/index.css";

import App from "./App.vue";

openTheme();
const languages = await openLanguages(
  { "zh-CN": [() => import("./locales/zh-CN.ts")], en: [() => import("./locales/en.ts")] },
  startingLocale(document.documentElement.lang),
);
const app = createApp(App);
installLanguages(app, languages);
app.mount("#app");
