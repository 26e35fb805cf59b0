/**
 * The page's language: which one, where it is remembered, and how catalogues arrive. Message catalogues are data;
 * only the chosen one is loaded. It decides no text.
 */
import { computed, type App, type ComputedRef } from "vue";
import { createI18n, useI18n, type I18n } from "vue-i18n";

export const LOCALES = ["zh-CN", "en"] as const;
export type Locale = (typeof LOCALES)[number];

/** A tree of messages. Both languages of a catalogue have the same keys; a test holds them to it. */
export interface Catalogue {
  readonly [key: string]: string | Catalogue;
}
export type Loader = () => Promise<{ default: Catalogue }>;
/** Per language the catalogues of everybody who draws on this page: the application's own and its packages'. */
export type Loaders = Readonly<Record<Locale, readonly Loader[]>>;

const MEMORY = "liyu.locale";

/** The language for a wish such as `zh-TW` or `en-GB`; Chinese when nothing fits, for the shop speaks it first. */
export function nearestLocale(wishes: readonly string[]): Locale {
  for (const wish of wishes) {
    const main = wish.toLowerCase().split("-")[0];
    if (main === "zh") return "zh-CN";
    if (main === "en") return "en";
  }
  return "zh-CN";
}

function remembered(): Locale | null {
  try {
    const kept = globalThis.localStorage.getItem(MEMORY);
    return LOCALES.find((locale) => locale === kept) ?? null;
  } catch {
    return null; // Storage may be forbidden; the browser's own wish stands then.
  }
}

/** What the address asks for (`?lang=`), else what the person chose earlier, else what the page was printed in, else
 * what the browser prefers. */
export function startingLocale(printed?: string): Locale {
  const asked = new URLSearchParams(globalThis.location.search).get("lang");
  if (asked) return nearestLocale([asked]);
  return remembered() ?? nearestLocale(printed ? [printed] : navigator.languages);
}

export interface Languages {
  readonly i18n: I18n<Record<string, never>, Record<string, never>, Record<string, never>, string, false>;
  /** Loads the catalogue when needed, then changes the page; remembered for the next visit. */
  choose(locale: Locale): Promise<void>;
}

/** Nested objects joined; the later one wins at a leaf. */
export function mergeCatalogues(parts: readonly Catalogue[]): Catalogue {
  const merged: Record<string, string | Catalogue> = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      const before = merged[key];
      merged[key] = typeof value === "object" && typeof before === "object" ? mergeCatalogues([before, value]) : value;
    }
  }
  return merged;
}

/** Opens the page's language; the first catalogue is loaded when this resolves. */
export async function openLanguages(loaders: Loaders, first: Locale): Promise<Languages> {
  const i18n = createI18n({ legacy: false, locale: first, fallbackLocale: false, missingWarn: true, messages: {} });
  const loaded = new Set<Locale>();

  async function load(locale: Locale): Promise<void> {
    if (loaded.has(locale)) return;
    const parts = await Promise.all(loaders[locale].map(async (loader) => (await loader()).default));
    i18n.global.setLocaleMessage(locale, mergeCatalogues(parts) as never);
    loaded.add(locale);
  }

  function show(locale: Locale): void {
    i18n.global.locale.value = locale;
    document.documentElement.lang = locale;
  }

  await load(first);
  show(first);
  return {
    i18n: i18n as unknown as Languages["i18n"],
    async choose(locale: Locale): Promise<void> {
      await load(locale);
      show(locale);
      try {
        globalThis.localStorage.setItem(MEMORY, locale);
      } catch {
        // Not remembered, but chosen for this page.
      }
    },
  };
}

const LANGUAGES = Symbol("languages");

/** Makes the languages known to every component of `app`. */
export function installLanguages(app: App, languages: Languages): void {
  app.use(languages.i18n);
  app.provide(LANGUAGES, languages);
}

export { LANGUAGES };

/** The language that the page shows now. */
export function useLocale(): ComputedRef<Locale> {
  const { locale } = useI18n({ useScope: "global" });
  return computed(() => nearestLocale([locale.value]));
}
