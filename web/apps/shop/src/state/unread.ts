/** How many messages of the shop's people wait to be read, for whoever already has a session. Loaded when idle. */
import { ref, watch, type ComputedRef, type Ref } from "vue";

import { useSession } from "./session.ts";

/** The number for the shop of `slug`; 0 while nobody is known. Follows the live inbox once it is loaded. */
export function useUnread(slug: ComputedRef<string>): Readonly<Ref<number>> {
  const count = ref(0);
  const { me, whoami } = useSession();
  let stop: (() => void) | null = null;

  async function follow(): Promise<void> {
    const { followUnread } = await import("./connection.ts");
    stop?.();
    stop = await followUnread((unread) => {
      count.value = unread;
    });
  }

  const idle = globalThis.requestIdleCallback ?? ((work: () => void) => globalThis.setTimeout(work, 1_500));
  idle(() => void whoami().catch(() => null));
  watch([me, slug], ([person]) => {
    if (person) void follow().catch(() => null);
  }, { immediate: true });
  return count;
}
