/** Light, dark, or as the device is; and the campaign's colour. Sets attributes of the document, decides no colour. */
import { readonly, ref, type Ref } from "vue";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const MEMORY = "liyu.theme";
const CAMPAIGNS = new Set(["christmas", "newyear", "valentine", "qixi", "midautumn", "teachers"]);
const chosen = ref<Theme>("auto");

function show(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "auto") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
}

function remembered(): Theme {
  try {
    const kept = globalThis.localStorage.getItem(MEMORY);
    return THEMES.find((theme) => theme === kept) ?? "auto";
  } catch {
    return "auto";
  }
}

/** Takes up what was chosen at the last visit. */
export function openTheme(): void {
  chosen.value = remembered();
  show(chosen.value);
}

export function useTheme(): { theme: Readonly<Ref<Theme>>; choose(theme: Theme): void } {
  return {
    theme: readonly(chosen),
    choose(theme: Theme): void {
      chosen.value = theme;
      show(theme);
      try {
        globalThis.localStorage.setItem(MEMORY, theme);
      } catch {
        // Not remembered, but chosen for this page.
      }
    },
  };
}

/** The campaign of the shop: a known festival by name, or any colour that an owner picked. Empty: the house's own. */
export function showCampaign(campaign: string | null | undefined): void {
  const root = document.documentElement;
  root.removeAttribute("data-campaign");
  root.style.removeProperty("--campaign");
  if (!campaign) return;
  if (CAMPAIGNS.has(campaign)) root.setAttribute("data-campaign", campaign);
  else if (CSS.supports("color", campaign)) root.style.setProperty("--campaign", campaign);
}
