/** The desk's addresses: the inbox, one conversation, where to sign in, and where an invitation leads. */
import { createRouter, createWebHistory } from "vue-router";

import DeskPage from "./DeskPage.vue";
import JoinPage from "./session/JoinPage.vue";
import SignInPage from "./session/SignInPage.vue";

export const router = createRouter({
  history: createWebHistory("/desk"),
  routes: [
    { path: "/", name: "inbox", component: DeskPage },
    { path: "/c/:conv", name: "conversation", component: DeskPage },
    { path: "/sign-in", name: "sign-in", component: SignInPage },
    { path: "/join", name: "join", component: JoinPage },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
});
