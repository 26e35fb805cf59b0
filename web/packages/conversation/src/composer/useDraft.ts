/** What is being written in one conversation, kept at every keystroke. */

import { NOTHING, type Client, type Unsent } from "@liyu/client";
import { shallowReadonly, shallowRef, type Ref } from "vue";

export interface DraftView {
  draft: Readonly<Ref<Unsent>>;
  change(part: Partial<Unsent>): void;
  /** Everything was sent or given up. */
  clear(): void;
}

export function useDraft(client: Client, conv: string): DraftView {
  const draft = shallowRef<Unsent>(NOTHING);
  let touched = false;
  void client.drafts.get(conv).then((kept) => {
    if (!touched) draft.value = kept;
  });

  function set(next: Unsent): void {
    touched = true;
    draft.value = next;
    void client.drafts.set(conv, next);
  }

  return {
    draft: shallowReadonly(draft),
    change: (part) => set({ ...draft.value, ...part }),
    clear: () => set({ ...NOTHING, note: draft.value.note }),
  };
}
