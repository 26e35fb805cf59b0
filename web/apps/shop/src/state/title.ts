/** The page's title in the browser's tab, as long as the page is shown. */
import { onActivated, watchEffect } from "vue";

/** Keeps the title equal to `text()`; an empty text leaves what is there. */
export function useTitle(text: () => string): void {
  const show = (): void => {
    const title = text();
    if (title) document.title = title;
  };
  watchEffect(show);
  onActivated(show);
}
