/** Conversations that were opened stay loaded and followed, so that walking among them costs nothing. The oldest go. */
import type { Client } from "@liyu/client";
import { onScopeDispose, watch, type Ref } from "vue";

/** Each costs a subscription and its loaded messages; a guide walks among fewer. */
const MOST = 12;

export function useKept(client: Client, conv: Readonly<Ref<string | null>>): void {
  const kept: string[] = [];
  watch(
    conv,
    (opened) => {
      if (opened === null) return;
      const at = kept.indexOf(opened);
      if (at >= 0) kept.splice(at, 1);
      else client.conversation(opened);
      kept.push(opened);
      if (kept.length > MOST) client.release(kept.shift()!);
    },
    { immediate: true },
  );
  onScopeDispose(() => kept.forEach((each) => client.release(each)));
}
