/** Money in words: minor units and a currency become a price. Decides no rounding: minor units are whole. */

export interface PriceParts {
  readonly sign: string;
  readonly amount: string;
}

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** How many minor units make one whole: 100 fen, 1 yen. */
export function minorPerUnit(currency: string): number {
  return 10 ** digitsOf(currency);
}

/** Sign and figures of `minor` units; cents are shown only where there are some. An unknown currency is its own sign. */
export function priceParts(minor: number, currency: string, locale: string): PriceParts {
  try {
    const digits = digitsOf(currency);
    const value = minor / 10 ** digits;
    const whole = Number.isInteger(value);
    const format = new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: whole ? 0 : digits,
      maximumFractionDigits: digits,
    });
    const parts = format.formatToParts(value);
    const sign = parts.find((part) => part.type === "currency")?.value ?? currency;
    const amount = parts.filter((part) => part.type !== "currency" && part.type !== "literal");
    return { sign, amount: amount.map((part) => part.value).join("") };
  } catch {
    return { sign: `${currency} `, amount: (minor / 100).toFixed(2) };
  }
}

/** The same as one piece of text. */
export function priceText(minor: number, currency: string, locale: string): string {
  const { sign, amount } = priceParts(minor, currency, locale);
  return `${sign}${amount}`;
}
