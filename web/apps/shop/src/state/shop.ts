/** The shop of this page: every page stands in one, named by the address. */
import { showCampaign, useLocale } from "@liyu/ui";
import { computed, inject, provide, watch, type ComputedRef, type InjectionKey } from "vue";
import { useRoute } from "vue-router";

import { api, type Shop } from "../api/api.ts";
import { printedShop } from "../api/printed.ts";
import { useResource, type Loaded } from "./resource.ts";

export interface CurrentShop {
  readonly slug: ComputedRef<string>;
  readonly shop: ComputedRef<Shop | null>;
  /** `null` where the address names no shop. */
  readonly loaded: Loaded<Shop | null>;
}

const KEY: InjectionKey<CurrentShop> = Symbol("shop");

/** Follows the address; called once, by the application's frame. */
export function provideShop(): CurrentShop {
  const route = useRoute();
  const locale = useLocale();
  const slug = computed(() => String(route.params["shop"] ?? ""));
  const first = printedShop(slug.value);
  const loaded = useResource<Shop | null>(
    () => [slug.value, locale.value],
    async (signal) => (slug.value ? api.get<Shop>(`/shops/${encodeURIComponent(slug.value)}`, { signal }) : null),
    { first },
  );
  const shop = computed(() => (loaded.state.value.tag === "ready" ? loaded.state.value.value : null));
  watch(() => shop.value?.theme.campaign, showCampaign, { immediate: true });
  const current = { slug, shop, loaded };
  provide(KEY, current);
  return current;
}

/** The shop that the frame follows. */
export function useShop(): CurrentShop {
  const current = inject(KEY);
  if (!current) throw new Error("useShop is for pages inside the shop's frame");
  return current;
}
