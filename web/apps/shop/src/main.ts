/** Starts the storefront on the page that the server printed. */
import { fetchSong, installLanguages, openLanguages, openTheme, renewWhenReplaced, startingLocale } from "@liyu/ui";
import "@liyu/ui/styles/index.css";
import { createApp } from "vue";

import "./styles/first.css";
import App from "./App.vue";
import { createShopRouter } from "./router.ts";

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
const router = createShopRouter();
app.use(router);
installLanguages(app, languages);
await router.isReady(); // the printed page stands until the first page is there
app.mount("#app");
fetchSong();
