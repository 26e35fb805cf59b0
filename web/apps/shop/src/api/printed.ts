/** What the server printed into the page, so that the first picture needs no further request. Read once. */
import type { Product, Shop } from "./api.ts";

export interface Printed {
  readonly shop?: Shop;
  readonly product?: Product;
}

/** The printed data, told in the language of the printed page; empty where there is none (development). */
export function readPrinted(source: Document): Printed {
  const text = source.getElementById("liyu-page")?.textContent;
  if (!text) return {};
  try {
    return JSON.parse(text) as Printed;
  } catch {
    return {};
  }
}

const printed = readPrinted(document);
const language = document.documentElement.lang;

/** The printed product of that address, if it is the one and told in `locale`. */
export function printedProduct(key: string, locale: string): Product | null {
  const product = printed.product;
  if (!product || locale !== language) return null;
  return product.slug === key || product.id === key ? product : null;
}

/** The printed shop of that address. */
export function printedShop(slug: string): Shop | null {
  return printed.shop?.slug === slug ? printed.shop : null;
}
