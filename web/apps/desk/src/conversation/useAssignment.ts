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
}

export function useAssignment(client: Client): Assignment {
  const { t } = useI18n({ useScope: "global" });
  const toasts = useToasts();
  const busy = ref(false);
  return {
    busy,
    async assign(conv, person, word = "", quiet = false) {
      if (busy.value) return false;
      busy.value = true;
      try {
        await client.api.post(`/conversations/${conv}/assignment`, { person, word });
        return true;
      } catch (error) {
        if (!quiet) toasts.show(asProblem(error).detail || t("assign.failed"));
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
