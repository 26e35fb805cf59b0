/** The addresses of the storefront. `/s/<shop>/p/<product>` is permanent: it is printed on shelves. */
import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from "vue-router";

import HomePage from "./pages/HomePage.vue";

const routes: RouteRecordRaw[] = [
  { path: "/s/:shop", name: "home", component: HomePage },
  { path: "/s/:shop/list", name: "list", component: () => import("./pages/ListPage.vue") },
  { path: "/s/:shop/p/:product", name: "product", component: () => import("./pages/ProductPage.vue") },
  { path: "/s/:shop/chat", name: "chat", component: () => import("./pages/ChatPage.vue") },
  { path: "/s/:shop/me", name: "me", component: () => import("./pages/MePage.vue") },
  { path: "/:rest(.*)*", name: "lost", component: () => import("./pages/LostPage.vue") },
];

if (import.meta.env.DEV) {
  routes.unshift({ path: "/styleguide", name: "styleguide", component: () => import("./pages/StyleguidePage.vue") });
}

export function createShopRouter(): Router {
  return createRouter({
    history: createWebHistory("/"),
    routes,
    // Opening and closing the conversation beside a page changes only the query: the page stays where it is.
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  });
}
