/** The signed address of an attachment for as long as a component shows it; asks again when it may be had again. */

import { Problem, type FileLink } from "@liyu/client";
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue";

import { useThread } from "../thread/context.ts";

export type FileView = { tag: "loading" } | { tag: "ready"; link: FileLink } | { tag: "gone" };

const AGAIN_MS = 5_000;

/** `renew` asks once more, for an address that expired while it was on screen. */
export function useFile(file: () => string): { view: ShallowRef<FileView>; renew(): void } {
  const thread = useThread();
  const view = shallowRef<FileView>({ tag: "loading" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let renewed = 0;

  async function load(): Promise<void> {
    clearTimeout(timer);
    try {
      const link = await thread.client.files.link(file(), thread.conv);
      view.value = link ? { tag: "ready", link } : { tag: "gone" };
    } catch (error) {
      if (error instanceof Problem && !error.retryable) view.value = { tag: "gone" };
      else timer = setTimeout(() => void load(), AGAIN_MS);
    }
  }

  watch(file, () => void load(), { immediate: true });
  onScopeDispose(() => clearTimeout(timer));
  return {
    view,
    renew() {
      // A file that is really gone would fail for ever; a second failure is believed.
      if (++renewed > 1) view.value = { tag: "gone" };
      else timer = setTimeout(() => void load(), 500);
    },
  };
}
