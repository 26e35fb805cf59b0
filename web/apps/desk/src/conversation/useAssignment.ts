/** Taking a conversation, handing it over, giving it back to the queue. The log tells everybody; nothing is assumed. */
import { asProblem, type Client } from "@liyu/client";
import { useToasts } from "@liyu/ui";
import { ref, type Ref } from "vue";
import { useI18n } from "vue-i18n";

export interface Assignment {
  busy: Ref<boolean>;
  /**
   * `person` `null`: back to the queue. `word`: a note for the next one, which the customer never sees.
   * `quiet`: a failure is not told. True when it was done.
   */
  assign(conv: string, person: string | null, word?: string, quiet?: boolean): Promise<boolean>;
  /** Takes a conversation of the queue, unless a colleague was faster: then that is told, and false. */
  claim(conv: string, quiet?: boolean): Promise<boolean>;
}

export function useAssignment(client: Client): Assignment {
  const { t } = useI18n({ useScope: "global" });
  const toasts = useToasts();
  const busy = ref(false);
  async function post(path: string, body: object, quiet: boolean): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await client.api.post(path, body);
      return true;
    } catch (error) {
      if (!quiet) toasts.show(asProblem(error).detail || t("assign.failed"));
      return false;
    } finally {
      busy.value = false;
    }
  }

  return {
    busy,
    assign: (conv, person, word = "", quiet = false) => post(`/conversations/${conv}/assignment`, { person, word }, quiet),
    claim: (conv, quiet = false) => post(`/conversations/${conv}/claim`, {}, quiet),
  };
}
