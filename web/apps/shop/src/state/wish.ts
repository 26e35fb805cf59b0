/**
 * What a customer looks for. It lives in the page's address, under the names that the API knows, so that every list can
 * be shared and gone back to. Pure; never asks the server.
 */
import type { LocationQuery } from "vue-router";

export const GROUPS = ["for", "occasion", "style", "colour", "material", "age"] as const;
export type Group = (typeof GROUPS)[number];
export const SORTS = ["relevance", "newest", "price_up", "price_down"] as const;
export type Sort = (typeof SORTS)[number];

export type Wish = Readonly<Partial<Record<Group | "q" | "min_minor" | "max_minor" | "in_stock" | "personalisable" | "sort", string>>>;

const AMOUNT = /^\d{1,9}$/;
const KEYS = /^[a-z0-9_,-]{1,200}$/;

function accepted(name: string, value: string): boolean {
  if (name === "q") return value.trim().length > 0 && value.length <= 200;
  if (name === "sort") return SORTS.some((sort) => sort === value);
  if (name === "min_minor" || name === "max_minor") return AMOUNT.test(value);
  if (name === "in_stock" || name === "personalisable") return value === "true";
  return GROUPS.some((group) => group === name) && KEYS.test(value);
}

/** The wish of an address; what is unknown or malformed in it is left out. */
export function readWish(query: LocationQuery): Wish {
  const pairs = Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string" && accepted(pair[0], pair[1])));
}

/** The chosen keys of a group. */
export function chosen(wish: Wish, group: Group): readonly string[] {
  return (wish[group] ?? "").split(",").filter((key) => key !== "");
}

/** The wish with one part set, or taken away with `null`. */
export function withPart(wish: Wish, name: keyof Wish, value: string | null): Wish {
  const { [name]: _, ...rest } = wish;
  return value === null || value === "" ? rest : { ...rest, [name]: value };
}

/** The wish with a key of a group added, or taken away when it is there. */
export function toggled(wish: Wish, group: Group, key: string): Wish {
  const keys = chosen(wish, group);
  const next = keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key];
  return withPart(wish, group, next.join(","));
}

/** Only what narrows: neither the words searched for nor the order. */
export function narrowing(wish: Wish): number {
  const groups = GROUPS.reduce((sum, group) => sum + chosen(wish, group).length, 0);
  const price = wish.min_minor || wish.max_minor ? 1 : 0;
  return groups + price + (wish.in_stock ? 1 : 0) + (wish.personalisable ? 1 : 0);
}

export interface Budget {
  readonly min: number | null;
  readonly max: number | null;
}

/** Steps between budgets in whole units, by currency: what people there say when they name a sum. */
const STEPS: Readonly<Record<string, readonly number[]>> = {
  CNY: [100, 200, 300, 500],
  HKD: [100, 200, 300, 500],
  JPY: [2_000, 5_000, 10_000, 20_000],
};
const OTHER_STEPS = [10, 20, 50, 100];

/** The budgets that are offered, in minor units, from "up to" to "from … on". */
export function budgets(currency: string, minorPerUnit: number): readonly Budget[] {
  const steps = (STEPS[currency] ?? OTHER_STEPS).map((step) => step * minorPerUnit);
  const edges: (number | null)[] = [null, ...steps, null];
  return edges.slice(0, -1).map((min, at) => ({ min, max: edges[at + 1] ?? null }));
}

/** The wish with a budget, or without one. */
export function withBudget(wish: Wish, budget: Budget | null): Wish {
  const low = withPart(wish, "min_minor", budget?.min == null ? null : String(budget.min));
  return withPart(low, "max_minor", budget?.max == null ? null : String(budget.max));
}
