/** Starts the desk on the page that the server printed. */
import { createApp } from "vue";

import { fetchSong, installLanguages, openLanguages, openTheme, renewWhenReplaced, startingLocale } from "@liyu/ui";
import "@liyu/ui/styles/index.css";
import "@liyu/conversation/styles/index.css";
import "./styles/desk.css";

import App from "./App.vue";
import { router } from "./router.ts";

openTheme();
renewWhenReplaced();
const languages = await openLanguages(
  {
    "zh-CN": [() => import("./locales/zh-CN.ts"), () => import("@liyu/conversation/locales/zh-CN.ts")],
    en: [() => import("./locales/en.ts"), () => import("@liyu/conversation/locales/en.ts")],
  },
  startingLocale(document.documentElement.lang),
);
const app = createApp(App);
installLanguages(app, languages);
app.use(router);
app.mount("#app");
fetchSong();
