/**
 * Whether the conversation stands open beside the page. It lives in the address (`?talk=1`), so that a phone's back
 * button closes it. Decides nothing about the conversation itself.
 */
import { computed, inject, provide, type ComputedRef, type InjectionKey } from "vue";
import { useRoute, useRouter } from "vue-router";

export interface Talk {
  readonly open: ComputedRef<boolean>;
  show(): void;
  hide(): void;
}

const KEY: InjectionKey<Talk> = Symbol("talk");

export function provideTalk(slug: ComputedRef<string>): Talk {
  const route = useRoute();
  const router = useRouter();
  const open = computed(() => route.query["talk"] === "1" && route.name !== "chat" && slug.value !== "");
  let pushed = false;

  const talk: Talk = {
    open,
    show(): void {
      if (open.value) return;
      pushed = true;
      void router.push({ query: { ...route.query, talk: "1" } });
    },
    hide(): void {
      if (!open.value) return;
      if (pushed) router.back();
      else void router.replace({ query: { ...route.query, talk: undefined } });
      pushed = false;
    },
  };
  provide(KEY, talk);
  return talk;
}

export function useTalk(): Talk {
  const talk = inject(KEY);
  if (!talk) throw new Error("useTalk is for pages inside the shop's frame");
  return talk;
}
