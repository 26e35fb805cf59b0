/** The conversation with the shop of this page, as one tagged state: being opened, open, or failed and to be tried again. */
import { asProblem, type Problem } from "@liyu/client";
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue";

import type { Opened } from "./connection.ts";

export type Conversation =
  | { readonly tag: "opening" }
  | ({ readonly tag: "open" } & Opened)
  | { readonly tag: "failed"; readonly problem: Problem };

/** Opens the conversation of the shop that `slug` names, and another one when it changes. */
export function useConversation(slug: () => string): { state: Readonly<ShallowRef<Conversation>>; retry(): void } {
  const state = shallowRef<Conversation>({ tag: "opening" });
  let turn = 0;

  async function open(): Promise<void> {
    const mine = ++turn;
    state.value = { tag: "opening" };
    try {
      const { openConversation } = await import("./connection.ts");
      const opened = await openConversation(slug());
      if (turn === mine) state.value = { tag: "open", ...opened };
    } catch (error) {
      if (turn === mine) state.value = { tag: "failed", problem: asProblem(error) };
    }
  }

  watch(slug, () => void open(), { immediate: true });
  onScopeDispose(() => {
    turn += 1;
  });
  return { state, retry: () => void open() };
}
