/** Tokens, parts and language of every application. Styles: `@liyu/ui/styles/index.css`; icons: `@liyu/ui/icons`. */
export { default as UiAvatar } from "./components/UiAvatar.vue";
export { default as UiBadge } from "./components/UiBadge.vue";
export { default as UiBow } from "./components/UiBow.vue";
export { default as UiButton } from "./components/UiButton.vue";
export { default as UiChip } from "./components/UiChip.vue";
export { default as UiEmpty } from "./components/UiEmpty.vue";
export { default as UiField } from "./components/UiField.vue";
export { default as UiIcon } from "./components/UiIcon.vue";
export { default as UiIconButton } from "./components/UiIconButton.vue";
export { default as UiMeter } from "./components/UiMeter.vue";
export { default as UiPicture } from "./components/UiPicture.vue";
export { default as UiPrice } from "./components/UiPrice.vue";
export { default as UiRibbon } from "./components/UiRibbon.vue";
export { default as UiSeal } from "./components/UiSeal.vue";
export { default as UiSegmented } from "./components/UiSegmented.vue";
export { default as UiSheet } from "./components/UiSheet.vue";
export { default as UiSkeleton } from "./components/UiSkeleton.vue";
export { default as UiStrip } from "./components/UiStrip.vue";
export { default as UiSwitch } from "./components/UiSwitch.vue";
export { default as UiToasts } from "./components/UiToasts.vue";
export type { RibbonMark } from "./components/UiRibbon.vue";
export { fetchSong } from "./fonts.ts";
export { GROUNDS, groundOf, type Ground } from "./ground.ts";
export { isComposing, neighbour } from "./keyboard.ts";
export {
  installLanguages,
  LANGUAGES,
  LOCALES,
  mergeCatalogues,
  nearestLocale,
  openLanguages,
  startingLocale,
  useLocale,
  type Catalogue,
  type Languages,
  type Loaders,
  type Locale,
} from "./language/languages.ts";
export { minorPerUnit, priceParts, priceText, type PriceParts } from "./language/money.ts";
export { AVATAR_NAMES, avatarPicture, groundForName } from "./people.ts";
export { mayRenew, renewWhenReplaced } from "./renewal.ts";
export { openTheme, showCampaign, THEMES, useTheme, type Theme } from "./theme.ts";
export { useToasts, type Toast, type Toasts } from "./toasts.ts";
