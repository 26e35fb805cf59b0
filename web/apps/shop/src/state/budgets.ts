/** The budgets that this shop offers, in words, and which of them a wish holds. */
import { minorPerUnit, priceText, useLocale } from "@liyu/ui";
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import { budgets, type Budget, type Wish } from "./wish.ts";

export interface Offered extends Budget {
  readonly text: string;
}

export function useBudgets(currency: () => string): ComputedRef<readonly Offered[]> {
  const { t } = useI18n();
  const locale = useLocale();
  const price = (minor: number): string => priceText(minor, currency(), locale.value);

  function text({ min, max }: Budget): string {
    if (min === null) return t("taps.under", { price: price(max ?? 0) });
    if (max === null) return t("taps.over", { price: price(min) });
    return t("taps.between", { low: price(min), high: price(max).replace(/^\D+/, "") });
  }

  return computed(() => budgets(currency(), minorPerUnit(currency())).map((budget) => ({ ...budget, text: text(budget) })));
}

/** Whether the wish holds exactly this budget. */
export function holds(wish: Wish, { min, max }: Budget): boolean {
  return wish.min_minor === (min === null ? undefined : String(min)) && wish.max_minor === (max === null ? undefined : String(max));
}
